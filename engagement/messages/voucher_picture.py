"""A voucher's code as a QR picture, for a till to scan: drawn when the mail is looked at, kept nowhere.

A link rather than an attachment: some clients list attached pictures beneath the mail, and every client
shows linked ones where it shows any. The code stands beside it as text, so that nothing is lost without it.
"""

import io
import struct

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.links import seal, unseal
from core.stores.models import Store

PURPOSE = "voucher picture"
LONGEST = 64
YEAR = 365 * 24 * 3600
_store = struct.Struct(">Q")


def voucher_picture_url(*, store: Store, code: str) -> str:
    """The address of the picture of one store's voucher code; nothing for a code too long to scan."""
    plain = _store.pack(store.pk) + code.encode()
    if len(code) > LONGEST:
        return ""
    return f"{settings.SITE_URL}/u/code/{seal(purpose=PURPOSE, plain=plain)}.png"


@require_safe
def voucher_picture(request: HttpRequest, token: str) -> HttpResponse:
    """The picture. It needs no database, tells nobody who looks, and may be kept by any cache."""
    plain = unseal(purpose=PURPOSE, token=token)
    if plain is None or len(plain) <= _store.size:
        raise Http404
    drawn = io.BytesIO()
    code = plain[_store.size :].decode()
    segno.make_qr(code, error="m").save(drawn, kind="png", scale=8, border=4)
    return HttpResponse(
        drawn.getvalue(),
        content_type="image/png",
        headers={"Cache-Control": f"public, max-age={YEAR}, immutable"},
    )
