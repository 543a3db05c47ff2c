"""What the law gives a buyer at least, by country, and what mending does to it. Each with its source.

A floor, not advice: where a country knows longer or open-ended rights for some goods (NO, NL, IE, FI),
the shortest certain term stands here and the note says so. Countries that are not here: none known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

EU_GOODS = "Directive (EU) 2019/771, Article 10(1): at least two years from delivery"
EU_REPAIR = (
    "Directive (EU) 2024/1799, Article 16: where goods are repaired as the remedy, the period is "
    "extended once by twelve months; applied from 31 July 2026"
)
REPAIR_FROM = date(2026, 7, 31)


@dataclass(frozen=True, slots=True)
class Law:
    """`months` from delivery. `repair_adds` once, for what was bought on or after `repair_from`."""

    months: int
    source: str
    repair_adds: int = 0
    repair_from: date = date.max
    repair_source: str = ""


def _eu(months: int = 24, source: str = EU_GOODS) -> Law:
    return Law(months, source, 12, REPAIR_FROM, EU_REPAIR)


LAWS: Mapping[str, Law] = {
    **{
        code: _eu()
        for code in (
            *("AT", "BE", "BG", "HR", "CY", "DK", "EE", "FR", "DE", "GR", "HU", "IT", "LV", "LT"),
            *("LU", "MT", "PL", "RO"),
        )
    },
    "CZ": _eu(source="Act 89/2012 (Civil Code), § 2165: twenty-four months from taking over"),
    "SK": _eu(source="Act 40/1964 (Civil Code), § 619: two years from delivery"),
    "SI": _eu(source="ZVPot-1 (2022), conformity of goods: two years from delivery; " + EU_GOODS),
    "FI": _eu(source="Consumer Protection Act 38/1978, chapter 5: no fixed end; " + EU_GOODS),
    "NL": _eu(source="Civil Code, book 7, article 17: as long as one may expect; " + EU_GOODS),
    "IE": _eu(source="Consumer Rights Act 2022: up to six years to claim; " + EU_GOODS),
    "SE": _eu(36, "Konsumentköplag (2022:260): three years from delivery"),
    "ES": _eu(36, "Real Decreto Legislativo 1/2007, artículo 120: three years from delivery"),
    "PT": _eu(36, "Decreto-Lei 84/2021, artigo 12: three years from delivery"),
    "NO": Law(24, "Forbrukerkjøpsloven § 27: two years, five for goods meant to last longer"),
    "CH": Law(24, "Obligationenrecht, Artikel 210: two years from delivery"),
}


def law_of(country: str) -> Law | None:
    """The floor of a country by its two letters; None where we know of none."""
    return LAWS.get(country.upper())


def repair_months(*, country: str, bought_on: date, extended_times: int) -> int:
    """Months that a repair adds: nothing a second time, nor for what was bought under older law."""
    law = law_of(country)
    if law is None or extended_times or bought_on < law.repair_from:
        return 0
    return law.repair_adds
