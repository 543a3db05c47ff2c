"""A mail in a frame of its own: shown as a customer's mail program shows it."""

from django.http import HttpResponse

from engagement.messages.mail_policy import mail_policy


def framed(html: str) -> HttpResponse:
    """`html` alone, sandboxed. The view also needs ``xframe_options_sameorigin``."""
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = mail_policy(in_our_frame=True)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
