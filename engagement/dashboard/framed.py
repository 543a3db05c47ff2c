"""A mail in a frame of its own: shown as a customer's mail program shows it."""

from django.http import HttpResponse

# The one kind of page that shows foreign markup: no scripts, no forms, no plugins, an origin of its
# own.
MAIL_POLICY = (
    "sandbox; default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; "
    "font-src https: data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


def framed(html: str) -> HttpResponse:
    """`html` alone, sandboxed. The view also needs ``xframe_options_sameorigin``."""
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["X-Robots-Tag"] = "noindex"
    return response
