"""Customers, invented: names of five languages, addresses of five countries, accounts and birthdays."""

import random
import unicodedata
from datetime import date, datetime, timedelta

from engagement.demo.world import Person, Shop

FIRST = {
    "cs": [
        "Jana",
        "Petr",
        "Lucie",
        "Tomáš",
        "Eva",
        "Martin",
        "Tereza",
        "Jakub",
        "Alena",
        "Ondřej",
        "Veronika",
        "Pavel",
    ],
    "sk": [
        "Zuzana",
        "Marek",
        "Katarína",
        "Juraj",
        "Martina",
        "Peter",
        "Lenka",
        "Michal",
        "Ivana",
        "Tomáš",
    ],
    "sl": ["Maja", "Luka", "Ana", "Matej", "Nina", "Jure", "Petra", "Rok", "Katja", "Andrej"],
    "fi": ["Aino", "Mikko", "Venla", "Juhani", "Sofia", "Eero", "Helmi", "Antti", "Kaisa", "Ville"],
    "en": [
        "Grace",
        "Oliver",
        "Amelia",
        "Harry",
        "Isla",
        "Jack",
        "Freya",
        "Thomas",
        "Ruby",
        "Daniel",
    ],
}
LAST = {
    "cs": [
        "Novák",
        "Svoboda",
        "Dvořák",
        "Černý",
        "Procházka",
        "Kučera",
        "Veselý",
        "Horák",
        "Němec",
    ],
    "sk": ["Kováč", "Horváth", "Varga", "Tóth", "Baláž", "Molnár", "Lukáč", "Polák", "Krajčír"],
    "sl": [
        "Novak",
        "Horvat",
        "Kovačič",
        "Krajnc",
        "Zupančič",
        "Potočnik",
        "Mlakar",
        "Kos",
        "Vidmar",
    ],
    "fi": [
        "Korhonen",
        "Virtanen",
        "Mäkinen",
        "Nieminen",
        "Laine",
        "Heikkinen",
        "Koskinen",
        "Järvinen",
    ],
    "en": [
        "Walsh",
        "Taylor",
        "Hughes",
        "Evans",
        "Byrne",
        "Clarke",
        "Murphy",
        "Wright",
        "Bennett",
        "Hall",
    ],
}
CITIES = {
    "cs": ("Praha", "Brno", "Olomouc", "Plzeň", "Liberec"),
    "sk": ("Bratislava", "Košice", "Nitra", "Žilina"),
    "sl": ("Ljubljana", "Maribor", "Celje", "Kranj"),
    "fi": ("Helsinki", "Tampere", "Turku", "Oulu"),
    "en": ("Dublin", "Cork", "Galway"),
}
STREETS = {
    "cs": ("Lipová", "Školní", "Zahradní", "Na Kopci"),
    "sk": ("Hlavná", "Dlhá", "Záhradná", "Mlynská"),
    "sl": ("Glavna ulica", "Cankarjeva ulica", "Poljska pot", "Vrtna ulica"),
    "fi": ("Koivutie", "Rantakatu", "Mäntytie", "Puistokatu"),
    "en": ("Mill Lane", "Church Street", "Harbour Road", "Orchard Avenue"),
}
# country, time zone, phone prefix
COUNTRIES = {
    "cs": ("CZ", "Europe/Prague", "+420"),
    "sk": ("SK", "Europe/Bratislava", "+421"),
    "sl": ("SI", "Europe/Ljubljana", "+386"),
    "fi": ("FI", "Europe/Helsinki", "+358"),
    "en": ("IE", "Europe/Dublin", "+353"),
}
WORKS = {"sl": "d.o.o.", "fi": "Oy", "en": "Ltd", "sk": "s.r.o.", "cs": "s.r.o."}


def people_of(
    *, shop: Shop, count: int, seed: int, starts_at: datetime, ends_at: datetime
) -> list[Person]:
    """`count` customers of `shop`, the same for the same `seed`, whatever the count."""
    return [
        _person(shop=shop, serial=serial, seed=seed, starts_at=starts_at, ends_at=ends_at)
        for serial in range(1, count + 1)
    ]


def _person(
    *, shop: Shop, serial: int, seed: int, starts_at: datetime, ends_at: datetime
) -> Person:
    dice = random.Random(f"{seed}:{shop.slug}:person:{serial}")  # noqa: S311
    language = _language(shop=shop, serial=serial, dice=dice)
    first = dice.choice(FIRST[language])
    last = dice.choice(LAST[language])
    country, zone, phone = COUNTRIES[language]
    has_account = dice.random() >= shop.habits.guests
    account_at = None
    if has_account:
        # Most have been customers for years; the others join while we look on.
        days_before = dice.randint(30, 1500) if dice.random() < 0.6 else -dice.randint(0, 150)
        account_at = starts_at - timedelta(days=days_before, minutes=dice.randint(0, 1439))
        account_at = min(account_at, ends_at - timedelta(days=2))
    refuses = dice.random() < shop.habits.says_no_later
    days = max((ends_at - starts_at).days, 2)
    return Person(
        serial=serial,
        language=language,
        first_name=first,
        last_name=last,
        email=f"{plain(first)}.{plain(last)}.{serial}@mail.example",
        street=f"{dice.choice(STREETS[language])} {dice.randint(1, 90)}",
        city=dice.choice(CITIES[language]),
        postcode=_postcode(language=language, dice=dice),
        country=country,
        zone=zone,
        phone=f"{phone} 000 {dice.randint(100, 999)} {dice.randint(100, 999)}",
        company=f"{last} {WORKS[language]}" if shop.voice == "generic" else "",
        account_at=account_at,
        says_yes=dice.random() < shop.habits.says_yes,
        says_no_at=starts_at + timedelta(days=dice.randint(days // 2, days)) if refuses else None,
        birthday=_birthday(dice) if has_account and dice.random() < 0.7 else None,
    )


def _language(*, shop: Shop, serial: int, dice: random.Random) -> str:
    """The first customers speak each language once, so that even a small demo shows all five."""
    spoken = list(shop.languages)
    if serial <= len(spoken):
        return spoken[serial - 1]
    return dice.choices(spoken, weights=list(shop.languages.values()))[0]


def _postcode(*, language: str, dice: random.Random) -> str:
    if language in {"cs", "sk"}:
        return f"{dice.randint(100, 799)} {dice.randint(0, 99):02d}"
    if language == "en":
        return f"D{dice.randint(1, 24):02d} AF{dice.randint(10, 99)}"
    return f"{dice.randint(1000, 9999)}" if language == "sl" else f"{dice.randint(10000, 99999)}"


def _birthday(dice: random.Random) -> date:
    return date(dice.randint(1955, 2005), 1, 1) + timedelta(days=dice.randint(0, 364))


def plain(name: str) -> str:
    """`name` in lower-case ASCII, for an address."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", "")
