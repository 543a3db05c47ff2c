"""Keys, addresses and the environment."""

from datetime import datetime

from django.conf import settings

from engagement.doctor.finding import Finding


def examine(*, now: datetime) -> list[Finding]:
    """Whether this installation is a laptop's or a shop's."""
    if not settings.PRODUCTION:
        return [
            Finding(
                "warn",
                "environment",
                "Local: keys are kept under var/, links point to " + settings.SITE_URL + ".",
                "For a real shop set ENVIRONMENT=production with SECRET_KEY, CREDENTIALS_KEY and "
                "SITE_URL; docs/operate.md has the list.",
            )
        ]
    return [Finding("ok", "environment", f"Production at {settings.SITE_URL}.")]
