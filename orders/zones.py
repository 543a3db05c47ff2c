"""In which time zone a customer lives, as far as an address tells.

Countries with one time come from tzdata's own ``zone.tab`` (the package we ship anyway), so that
they follow its releases; Babel and pytz would tell the same from their own copies. Countries with
several times need the region: tzdata does not know states and provinces, so that table is ours.
"""

from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

EVERYWHERE_ELSE = "*"  # any other region that is named

_EASTERN, _CENTRAL = "America/New_York", "America/Chicago"
_MOUNTAIN, _PACIFIC = "America/Denver", "America/Los_Angeles"


def _regions(*groups: tuple[str, str]) -> dict[str, str]:
    return {code: zone for codes, zone in groups for code in codes.split()}


# ISO 3166-2 subdivision (without the country) → zone. A region with two times has its larger part.
REGIONS: dict[str, dict[str, str]] = {
    "US": _regions(
        ("CT DE DC FL GA IN KY ME MD MA MI NH NJ NY NC OH PA RI SC VT VA WV", _EASTERN),
        ("AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI", _CENTRAL),
        ("CO ID MT NM UT WY", _MOUNTAIN),
        ("CA NV OR WA", _PACIFIC),
        ("AZ", "America/Phoenix"),
        ("AK", "America/Anchorage"),
        ("HI", "Pacific/Honolulu"),
        ("PR VI", "America/Puerto_Rico"),
        ("GU MP", "Pacific/Guam"),
        ("AS", "Pacific/Pago_Pago"),
    ),
    "CA": _regions(
        ("ON QC", "America/Toronto"),
        ("NS PE", "America/Halifax"),
        ("NB", "America/Moncton"),
        ("NL", "America/St_Johns"),
        ("MB", "America/Winnipeg"),
        ("SK", "America/Regina"),
        ("AB", "America/Edmonton"),
        ("NT", "America/Edmonton"),
        ("BC", "America/Vancouver"),
        ("YT", "America/Whitehorse"),
        ("NU", "America/Iqaluit"),
    ),
    "AU": _regions(
        ("NSW ACT", "Australia/Sydney"),
        ("VIC", "Australia/Melbourne"),
        ("QLD", "Australia/Brisbane"),
        ("SA", "Australia/Adelaide"),
        ("NT", "Australia/Darwin"),
        ("WA", "Australia/Perth"),
        ("TAS", "Australia/Hobart"),
    ),
    "BR": _regions(
        ("AL AP BA CE DF ES GO MA MG PA PB PE PI PR RJ RN RS SC SE SP TO", "America/Sao_Paulo"),
        ("AM RO RR", "America/Manaus"),
        ("MT MS", "America/Cuiaba"),
        ("AC", "America/Rio_Branco"),
    ),
    "MX": _regions(
        (
            "AGS AGU CAM CMX CDMX DF CHP CHIS CHH CHIH COA COAH COL DUR GUA GTO GRO HID JAL MEX "
            "MIC MICH MOR NLE NL OAX PUE QUE QRO SLP TAB TAM TAMPS TLA TLAX VER YUC ZAC",
            "America/Mexico_City",
        ),
        ("ROO Q.ROO QROO", "America/Cancun"),
        ("SON", "America/Hermosillo"),
        ("BCS SIN NAY", "America/Mazatlan"),
        ("BCN BC", "America/Tijuana"),
    ),
    "RU": _regions(
        (
            "MOW MOS SPE LEN AD ARK BEL BRY CE CU DA IN IVA KB KC KDA KGD KIR KL KLU KO KOS KR "
            "KRS LIP ME MO MUR NEN NGR NIZ ORL PNZ PSK ROS RYA SE SMO STA TA TAM TUL TVE VGG VLA "
            "VLG VOR YAR",
            "Europe/Moscow",
        ),
        ("SAM UD SAR ULY AST", "Europe/Samara"),
        ("SVE BA CHE KGN KHM ORE PER TYU YAN", "Asia/Yekaterinburg"),
        ("OMS", "Asia/Omsk"),
        ("NVS KYA KEM AL ALT TOM TY KK", "Asia/Novosibirsk"),
        ("IRK BU", "Asia/Irkutsk"),
        ("SA AMU ZAB", "Asia/Yakutsk"),
        ("PRI KHA YEV", "Asia/Vladivostok"),
        ("SAK MAG", "Asia/Magadan"),
        ("KAM CHU", "Asia/Kamchatka"),
    ),
    "ID": _regions(
        ("JK JB JT JI BT YO AC SU SB RI JA SS BE LA BB KR KB KT", "Asia/Jakarta"),
        ("BA NB NT KS KI KU SN ST SG SR SA GO", "Asia/Makassar"),
        ("MA MU PA PB PD PE PS PT", "Asia/Jayapura"),
    ),
    "ES": {"TF": "Atlantic/Canary", "GC": "Atlantic/Canary", EVERYWHERE_ELSE: "Europe/Madrid"},
    "PT": {"20": "Atlantic/Azores", "30": "Atlantic/Madeira", EVERYWHERE_ELSE: "Europe/Lisbon"},
    "NZ": {"CIT": "Pacific/Chatham", EVERYWHERE_ELSE: "Pacific/Auckland"},
    "CL": {
        "MA": "America/Punta_Arenas",
        "AI": "America/Coyhaique",
        EVERYWHERE_ELSE: "America/Santiago",
    },
    "EC": {"W": "Pacific/Galapagos", EVERYWHERE_ELSE: "America/Guayaquil"},
}

# Countries where zone.tab lists more than the clocks people live by.
ONE_TIME_BY_LAW = {"CN": "Asia/Shanghai", "UA": "Europe/Kyiv"}

_SAMPLES = [datetime(year, month, 15, 12) for year in (2026, 2027) for month in range(1, 13)]  # noqa: DTZ001


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, list[str]]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    found: dict[str, list[str]] = {}
    for row in table.splitlines():
        if row and not row.startswith("#"):
            country, _, zone = row.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return found


@lru_cache(maxsize=512)
def zone_of_country(country: str) -> str | None:
    """The one time of a country, or None. Zones that have kept the same time since count as one."""
    if country in ONE_TIME_BY_LAW:
        return ONE_TIME_BY_LAW[country]
    zones = _zones_by_country().get(country, [])
    times = {
        tuple(moment.replace(tzinfo=ZoneInfo(zone)).utcoffset() for moment in _SAMPLES)
        for zone in zones
    }
    return zones[0] if len(times) == 1 else None


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_for(*, own: str, country: str, region: str, store_zone: str) -> tuple[str, str]:
    """The customer's zone and where it came from (a `Customer.ZoneSource`).

    Own statement → country and region → country with one time → the store's.
    """
    if own in _known():
        return own, "own"
    country, region = country.strip().upper(), region.strip().upper()
    region = region.removeprefix(f"{country}-")
    table = REGIONS.get(country, {})
    if region and (zone := table.get(region) or table.get(EVERYWHERE_ELSE)):
        return zone, "region"
    if country and (zone := zone_of_country(country)):
        return zone, "country"
    return store_zone, "store"
