"""One way to write an e-mail address, so that one person stays one person."""

from functools import lru_cache


def normalize_email(text: str | None) -> str | None:
    """`text` stripped, lower-cased and with its domain in ASCII (IDNA); None where it is no address.

    ``+tags`` stay: to many mail hosts they are another mailbox.
    """
    email = (text or "").strip().lower().replace("\x00", "")
    local, at, domain = email.rpartition("@")
    if not at or not local or not domain or any(letter.isspace() for letter in email):
        return None
    domain = _in_ascii(domain.rstrip("."))
    email = f"{local}@{domain}"
    return email if domain and len(email) <= 254 else None


@lru_cache(maxsize=1024)
def _in_ascii(domain: str) -> str:
    """The domain as IDNA writes it; empty where there is no such."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
