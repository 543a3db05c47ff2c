"""The days of a greeting in words: which countries on which day."""

from datetime import datetime, timedelta

from django.utils.html import format_html, format_html_join

from engagement.flows.holidays import HOLIDAYS, days_of, season_of
from engagement.flows.models import Campaign
from engagement.flows.operations.run_campaign import follows_calendar


def days_words(row: Campaign, *, now: datetime) -> str:
    """Its days, this season and, before it is set going, the two after; one line a day."""
    occasion = row.content.get("occasion", {})
    kind = str(occasion.get("kind", "other"))
    if kind not in HOLIDAYS:
        return "The day given below, for everybody."
    if row.season is None and not follows_calendar(row):
        return "The day given below, for everybody. Empty it to follow each country's calendar."
    today = now.astimezone(row.store.zone).date()
    first = row.season or season_of(kind=kind, country=row.store.country, today=today)
    years = (first,) if row.season else (first, first + 1, first + 2)
    before = timedelta(days=int(occasion.get("days_before") or 0))
    lines = [
        (f"{day - before:%a %-d %B %Y}", _where(countries, alone=len(days) == 1))
        for year in years
        for days in (days_of(kind=kind, year=year),)
        for day, countries in days.items()
    ]
    note = "" if HOLIDAYS[kind].elsewhere else "Customers in other countries get none."
    listed = format_html_join("", "<li>{}: {}</li>", lines)
    return format_html("<ul>{}</ul>{}", listed, note)


def _where(countries: list[str], *, alone: bool) -> str:
    named = ", ".join(country for country in countries if country)
    if "" not in countries:
        return named
    if alone:
        return "everywhere"
    return f"{named} and everywhere else" if named else "everywhere else"
