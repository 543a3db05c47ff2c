"""Money as the dashboard writes it."""

from core.money import money_text


def money(minor: int, currency: str) -> str:
    """``CZK 1,638.00``, ``€12.00``: a code stands apart from its number."""
    text = money_text(minor=minor, currency=currency, language="en")
    return text.replace(currency, f"{currency}\u00a0").replace("\u00a0\u00a0", "\u00a0")
