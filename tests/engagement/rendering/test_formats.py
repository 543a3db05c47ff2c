"""Money, days, numbers and plurals in five languages, and the fallback of a missing string."""

from datetime import UTC, date, datetime

import pytest

from core.colors import contrast, palette
from engagement.messages.rendering import copy, formats, samples
from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.copy import Slots, Words, languages_for, plain
from engagement.messages.rendering.render import render

LATE = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # a Sunday; Monday already in Prague

MONEY = [
    ("en", 123450, "CZK", "CZK 1,234.50"),
    ("cs", 123450, "CZK", "1 234,50 Kč"),
    ("sk", 123450, "EUR", "1 234,50 €"),
    ("sl", 123450, "EUR", "1.234,50 €"),
    ("fi", 123450, "EUR", "1 234,50 €"),
    ("en", 1000, "JPY", "¥1,000"),
    ("en", 990, "EUR", "€9.90"),
    ("cs", 0, "CZK", "0,00 Kč"),
]
DAYS = [
    ("en", "Monday, 23 November"),
    ("cs", "pondělí 23. listopadu"),
    ("sk", "pondelok 23. novembra"),
    ("sl", "ponedeljek, 23. november"),
    ("fi", "maanantaina 23. marraskuuta"),
]
DATES = [
    ("en", "23 November 2026"),
    ("cs", "23. listopadu 2026"),
    ("sk", "23. novembra 2026"),
    ("sl", "23. november 2026"),
    ("fi", "23. marraskuuta 2026"),
]
QUANTITIES = [
    ("en", 2, "2"),
    ("en", "1.500", "1.5"),
    ("cs", "1.500", "1,5"),
    ("fi", 12000, "12 000"),
    ("sl", 12000, "12.000"),
    ("sk", "0.25", "0,25"),
    ("en", "3.000", "3"),
]
CS = {"one": "kus", "few": "kusy", "many": "kusu", "other": "kusů"}
SL = {"one": "kos", "two": "kosa", "few": "kosi", "other": "kosov"}
FI = {"one": "kappale", "other": "kappaletta"}
EN = {"one": "piece", "other": "pieces"}
PLURALS = [
    ("en", EN, {0: "pieces", 1: "piece", 2: "pieces", "1.5": "pieces"}),
    ("cs", CS, {0: "kusů", 1: "kus", 2: "kusy", 4: "kusy", 5: "kusů", 22: "kusů", "1.5": "kusu"}),
    ("sk", CS, {1: "kus", 3: "kusy", 5: "kusů", 100: "kusů", "2.5": "kusu"}),
    ("sl", SL, {1: "kos", 2: "kosa", 3: "kosi", 4: "kosi", 5: "kosov", 101: "kos", 102: "kosa"}),
    ("fi", FI, {0: "kappaletta", 1: "kappale", 2: "kappaletta"}),
]


def spaced(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(("language", "minor", "currency", "expected"), MONEY)
def test_money(language, minor, currency, expected):
    value = {"minor": minor, "currency": currency}
    assert spaced(formats.money(value, language=language)) == expected


@pytest.mark.parametrize(("language", "expected"), DAYS)
def test_the_day_is_the_one_where_the_customer_lives(language, expected):
    for moment in (LATE, LATE.isoformat(), date(2026, 11, 23), "2026-11-23"):
        assert spaced(formats.day(moment, zone="Europe/Prague", language=language)) == expected
    assert formats.day(LATE, zone="America/New_York", language="en") == "Sunday, 22 November"


@pytest.mark.parametrize(("language", "expected"), DATES)
def test_the_date(language, expected):
    assert spaced(formats.date_text(LATE, zone="Europe/Prague", language=language)) == expected


@pytest.mark.parametrize(("language", "value", "expected"), QUANTITIES)
def test_quantities(language, value, expected):
    assert spaced(formats.quantity(value, language=language)) == expected


@pytest.mark.parametrize(("language", "forms", "expected"), PLURALS)
def test_plural_forms(language, forms, expected):
    for value, word in expected.items():
        assert formats.plural(value, language=language, forms=forms) == word, value


def test_nothing_is_written_as_nothing_and_nonsense_is_told():
    assert formats.day(None, zone="UTC", language="en") == ""
    assert formats.money(None, language="en") == ""
    assert formats.quantity(None, language="en") == ""
    for broken in (
        lambda: formats.day("tomorrow", zone="UTC", language="en"),
        lambda: formats.day(LATE, zone="Mars/Olympus", language="en"),
        lambda: formats.money({"minor": 1}, language="en"),
        lambda: formats.quantity("many", language="en"),
        lambda: formats.plural("x", language="en", forms=EN),
    ):
        with pytest.raises(TemplateBroken):
            broken()


def test_filters_in_copy_speak_the_language_of_the_string():
    data = {"when": LATE, "zone": "Europe/Prague", "n": 3, "sum": {"minor": 100, "currency": "CZK"}}
    source = "{{ when | day }} {{ n | plural: one: 'kus', few: 'kusy', other: 'kusů' }} {{ sum | money }}"
    words = Words(source=source, language="cs", where="test")
    assert spaced(words.say(data)) == "pondělí 23. listopadu kusy 1,00 Kč"


def test_czech_and_slovak_leave_no_lone_letter_at_the_end_of_a_line():
    source = "V neděli a k obědu, č. {{ n }}: do konce e-mailu s {{ n }}"
    tied = "V\xa0neděli a\xa0k\xa0obědu, č.\xa05: do konce e-mailu s\xa05"
    for language, expected in (("cs", tied), ("sk", tied), ("en", spaced(tied))):
        assert Words(source=source, language=language, where="test").say({"n": 5}) == expected


def test_no_line_ends_between_a_day_and_its_month():
    for language, expected in (
        ("cs", "pondělí 23.\xa0listopadu"),
        ("sk", "pondelok 23.\xa0novembra"),
        ("sl", "ponedeljek, 23.\xa0november"),
        ("fi", "maanantaina 23.\xa0marraskuuta"),
    ):
        assert formats.day(LATE, zone="Europe/Prague", language=language) == expected
        month = expected.rpartition(" ")[2]
        assert month in formats.date_text(LATE, zone="Europe/Prague", language=language)


@pytest.fixture
def half_czech(monkeypatch):
    """Czech with a heading and one paragraph only; Finnish with a button only."""
    shipped = copy.strings
    translated = {
        ("birthday", "cs"): {"heading": "Všechno nejlepší", "subject": "K narozeninám"},
        ("birthday", "fi"): {"button": "Tule käymään"},
    }

    def strings(template, language):
        return translated.get((template, language)) or shipped(template, language)

    monkeypatch.setattr(copy, "strings", strings)
    copy.words_of.cache_clear()
    yield
    copy.words_of.cache_clear()


def test_a_missing_string_comes_from_the_stores_language_and_then_from_english(half_czech):
    context = samples.full()
    context["store"]["default_language"] = "fi"
    mail = render(template="birthday", language="cs-CZ", context=context)
    assert mail.subject == "K narozeninám"
    assert mail.language == "cs"
    assert '<html lang="cs"' in mail.html
    assert "Všechno nejlepší" in mail.text
    assert "Tule käymään" in mail.text
    assert "We hope that today is full of people" in mail.text


def test_a_language_that_nobody_wrote_comes_in_english_and_says_so():
    mail = render(template="birthday", language="de", context=samples.full())
    assert mail.language == "en"
    assert '<html lang="en"' in mail.html


def test_the_order_of_languages():
    assert languages_for(asked="cs", default="fi") == ("cs", "fi", "en")
    assert languages_for(asked="en", default="en") == ("en",)
    assert languages_for(asked="", default="") == ("en",)


def test_words_are_text_in_both_parts():
    words = Words(
        source='Fish & <b>chips</b> for {{ name }} {{ "<i>" }}', language="en", where="test"
    )
    said = words.say({"name": "A & B <script>"})
    assert said == "Fish &amp; &lt;b&gt;chips&lt;/b&gt; for A &amp; B &lt;script&gt; &lt;i&gt;"
    assert plain(said) == "Fish & <b>chips</b> for A & B <script> <i>"


def test_words_are_filled_once_and_only_when_asked():
    class Counting(dict):
        asked = 0

        def __getitem__(self, key):
            type(self).asked += 1
            return super().__getitem__(key)

    words = {
        "used": Words(source="{{ name }}", language="en", where="t"),
        "unused": Words(source="{{ name }}", language="en", where="t"),
    }
    slots = Slots(words=words, data=Counting(name="x"))
    assert (slots.used, slots.used) == ("x", "x")
    assert "unused" not in slots._said


@pytest.mark.parametrize(
    "brand", ["#000000", "#ffffff", "#ffff00", "#1f5d4c", "#ff0066", "#777777", "red", ""]
)
def test_a_brands_colors_can_be_read(brand):
    for accent in (brand, "#f2e9dc"):
        colors = palette(brand, accent)
        assert contrast(colors["on_primary"], colors["primary"]) >= 4.5
        assert contrast(colors["link"], "#ffffff") >= 4.5
        assert contrast(colors["link"], colors["panel"]) >= 4.5
        assert contrast("#1c1b1a", colors["panel"]) >= 4.5
        for dark in ("#161514", "#211f1d", colors["panel_dark"]):
            assert contrast(colors["link_dark"], dark) >= 4.5
