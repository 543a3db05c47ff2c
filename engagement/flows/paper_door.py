"""The door for papers that a mail hands over: whoever has the link gets that one file."""

from pathlib import PurePath

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.stores.scope import store_scope
from engagement.flows.context.papers import read_paper_token
from orders.models import OrderDocument


@require_safe
def paper(request: HttpRequest, token: str) -> HttpResponse:
    """The private file as a download, never as a page. A forged, renewed or taken-back link is a 404."""
    known = read_paper_token(token)
    if known is None:
        raise Http404("There is no such paper.")
    store_id, public_id, epoch = known
    with store_scope(store_id):
        found = OrderDocument.objects.filter(public_id=public_id, order__link_epoch=epoch).first()
    name = (found.file.name or "") if found is not None else ""
    if found is None or not name or not found.file.storage.exists(name):
        raise Http404("There is no such paper.")
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=PurePath(name).name)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer  # type: ignore[return-value]
