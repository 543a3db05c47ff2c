"""The REST API of this room: `POST /api/v1/events`."""

import json
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.security import HttpBearer

from core import clock
from core.problem import problem
from core.secrets import hash_token
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from orders.ingest.reading import MAX_BODY_BYTES, read_json
from orders.ingest.snapshots import Unreadable
from orders.models import ApiToken
from orders.operations.receive_items import receive_items

MOST_ITEMS = 500
SCHEMA = Path(__file__).with_name("ingest") / "generic" / "schema.json"


def item_schemas() -> dict[str, Any]:
    """The generic schema's definitions, as OpenAPI refers to them."""
    text = SCHEMA.read_text(encoding="utf-8").replace("#/$defs/", "#/components/schemas/")
    return json.loads(text)["$defs"]


class Bearer(HttpBearer):
    """A live token of any store. What it may do is asked by each route."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        with every_store():
            return (
                ApiToken.objects.select_related("store")
                .filter(token_hash=hash_token(token), revoked_at__isnull=True)
                .first()
            )


class ItemAnswer(Schema):
    index: int
    status: str
    id: str
    reason: str


class Answer(Schema):
    accepted: int
    repeated: int
    refused: int
    results: list[ItemAnswer]


router = Router(auth=Bearer(), tags=["events"])


@router.post(
    "/events",
    response={200: Answer},
    summary="Send orders, parcels, products and people",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["items"],
                        "properties": {
                            "items": {
                                "type": "array",
                                "maxItems": MOST_ITEMS,
                                "items": {"$ref": "#/components/schemas/item"},
                            }
                        },
                    }
                }
            },
        }
    },
)
def post_events(request: HttpRequest) -> Any:
    """Up to 500 items of the generic schema, a result for each. Needs the scope `events:write`.

    An item's `id` makes it safe to send again. Accepted items are worked on within seconds.
    """
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    if "events:write" not in token.scopes:
        return problem(403, "Not allowed", "This token lacks the scope events:write.")
    items = _items(request)
    if isinstance(items, HttpResponse):
        return items
    store: Store = token.store
    now = clock.now(store)
    with store_scope(store.pk):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        results = receive_items(store=store, items=items, now=now)
    counts = {
        status: sum(one.status == status for one in results)
        for status in ("accepted", "repeated", "refused")
    }
    return {
        **counts,
        "results": [
            {"index": one.index, "status": one.status, "id": one.id, "reason": one.reason}
            for one in results
        ],
    }


def _items(request: HttpRequest) -> list[Any] | HttpResponse:
    """The batch, or the problem with it."""
    stated = str(request.META.get("CONTENT_LENGTH") or "0")
    if not stated.isdigit() or int(stated) > MAX_BODY_BYTES or len(request.body) > MAX_BODY_BYTES:
        return problem(413, "The batch is too large", "At most 5 MB are taken. Nothing was stored.")
    try:
        body = read_json(request.body)
    except Unreadable as error:
        return problem(422, "The batch cannot be read", f"{error} Nothing was stored.")
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        return problem(422, "The batch holds no items", 'Send {"items": [ … ]}.')
    if len(items) > MOST_ITEMS:
        return problem(
            413,
            "The batch is too long",
            f"{len(items)} items came, at most {MOST_ITEMS} are taken. Nothing was stored.",
        )
    return items
