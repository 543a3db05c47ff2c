"""The one way a mail fails to be written."""


class TemplateBroken(Exception):
    """A mail cannot be written. `detail` says which and why, in words for the merchant; no PII."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail[:300]
