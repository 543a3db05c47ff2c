"""Which language somebody is written to in, and reads their page in."""

from collections.abc import Sequence

# Where the language of a customer is not known, that of the country their goods go to.
LANGUAGE_OF_COUNTRY = {
    "CZ": "cs",
    "SK": "sk",
    "SI": "sl",
    "FI": "fi",
    "GB": "en",
    "IE": "en",
    "US": "en",
    "CA": "en",
    "AU": "en",
    "NZ": "en",
}
# What some shops write in three.
TWO_LETTERS = {
    "eng": "en",
    "ces": "cs",
    "cze": "cs",
    "slk": "sk",
    "slo": "sk",
    "slv": "sl",
    "fin": "fi",
}


def spoken_language(
    *,
    customer_locale: str,
    order_locale: str,
    country: str,
    languages: Sequence[str],
    default: str,
) -> str:
    """The language to write in: the customer's, the order's, the country's, or the store's own."""
    for wish in (customer_locale, order_locale, LANGUAGE_OF_COUNTRY.get(country.upper(), "")):
        language = language_of(wish)
        if language and language in languages:
            return language
    return default


def language_of(locale: str) -> str:
    """The language of a locale, in two letters where it has them: ``cs-CZ``, ``cs_CZ``, ``ces``.

    The whole code counts: ``fil`` (Filipino) is no Finnish.
    """
    code = locale.replace("_", "-").split("-")[0].strip().lower()
    return TWO_LETTERS.get(code, code)
