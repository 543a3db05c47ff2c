"""Post a delivery through the real door: signed, over the real view and its middleware."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from standardwebhooks.webhooks import Webhook

from engagement.demo.voices.post import Post


class DoorClosed(Exception):
    """A delivery of the demo was refused. Always a bug, in the demo or behind the door."""


@dataclass(slots=True)
class Doors:
    """The addresses and secrets of one shop's endpoints: source to (path, secret)."""

    endpoints: Mapping[str, tuple[str, str]]
    posted: int = 0
    client: Client = field(default_factory=Client)

    def post(self, posts: Iterable[Post], *, now: datetime) -> None:
        """Deliver `posts`. `now` is the store's time, which signed timestamps carry.

        Raises `DoorClosed`.
        """
        for post in posts:
            self._post(post, now=now)

    def _post(self, post: Post, *, now: datetime) -> None:
        path, secret = self.endpoints[post.source]
        self.posted += 1
        body = json.dumps(post.body, ensure_ascii=False)
        answer = self.client.post(
            path,
            data=body.encode(),
            content_type="application/json",
            secure=settings.SITE_URL.startswith("https://"),
            headers={
                "host": urlsplit(settings.SITE_URL).netloc,
                **SIGN[post.source](post, body, secret, f"demo-{self.posted}", now),
            },
        )
        if answer.status_code not in (200, 202):
            raise DoorClosed(
                f"{post.source} {post.topic} was answered {answer.status_code}: "
                f"{answer.content[:300].decode(errors='replace')}"
            )


def _as_shopify(post: Post, body: str, secret: str, delivery: str, now: datetime) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()
    return {
        "x-shopify-topic": post.topic,
        "x-shopify-webhook-id": delivery,
        "x-shopify-hmac-sha256": base64.b64encode(digest).decode(),
        "x-shopify-triggered-at": now.isoformat(),
    }


def _as_standard(
    post: Post, body: str, secret: str, delivery: str, now: datetime
) -> dict[str, str]:
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery, now, body),
    }


SIGN = {"shopify": _as_shopify, "generic": _as_standard}
