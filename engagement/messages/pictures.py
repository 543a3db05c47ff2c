"""Pictures that a shop uploads for its mails: written anew, kept by us, shown at an address nobody guesses.

They are no secret: whoever gets a mail sees them. The name is drawn (128 bits) and never given twice, so
that any cache may keep a picture for ever, and another picture is another address.
"""

from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

YEAR = 365 * 24 * 3600


def keep_picture(*, picture: ContentFile) -> str:
    """Keep what `take_picture` made (A15); its absolute address."""
    name = uuid4().hex
    default_storage.save(_place(name), picture)
    return f"{settings.SITE_URL}/u/picture/{name}.jpg"


@require_safe
def mail_picture(request: HttpRequest, name: str) -> HttpResponse:
    """The picture, for anybody who has its address; never read as anything else."""
    place = _place(name)
    if len(name) != 32 or set(name) - set("0123456789abcdef") or not default_storage.exists(place):
        raise Http404("There is no such picture.")
    answer = FileResponse(default_storage.open(place), content_type="image/jpeg")
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer  # type: ignore[return-value]


def _place(name: str) -> str:
    return f"pictures/{name[:2]}/{name}.jpg"
