"""One way to write an e-mail address, so that one person stays one person."""


def normalize_email(text: str | None) -> str | None:
    """`text` stripped, lower-cased and with its domain in ASCII (IDNA); None where it is no address.

    ``+tags`` stay: to many mail hosts they are another mailbox.
    """
    email = (text or "").strip().lower().replace("\x00", "")
    local, at, domain = email.rpartition("@")
    if not at or not local or not domain or any(letter.isspace() for letter in email):
        return None
    try:
        domain = domain.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return None
    email = f"{local}@{domain}"
    return email if domain and len(email) <= 254 else None
