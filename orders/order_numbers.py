"""How customers type the number of an order."""


def spellings(number: str) -> list[str]:
    """How the shop may have written what the customer typed: with and without #, in capitals."""
    bare = number.strip().lstrip("#").strip()
    return sorted(
        {form for text in (bare, bare.upper()) for form in (text, f"#{text}")} - {"", "#"}
    )
