"""Guides with their steps, files, versions and answers; batches of inserts."""

from typing import Any

from core.stores.models import Store
from engagement.guides.models import (
    Guide,
    GuideAnswer,
    GuideFile,
    GuideStep,
    GuideVersion,
    InsertBatch,
)
from tests.factories.orders import PLACED


def guides(store: Store, tag: str, about: dict[str, Any]) -> list[Any]:
    guide = Guide.objects.create(url=f"https://{tag}.example/guide", **about)
    version = GuideVersion.objects.create(
        store=store, guide=guide, number=1, content={}, published_at=PLACED, published_by=tag
    )
    words = {"store": store, "guide": guide, "title": {"en": tag}}
    return [
        guide,
        InsertBatch.objects.create(
            store=store, order_ids=[], total=0, created_at=PLACED, created_by=tag
        ),
        GuideStep.objects.create(position=1, **words),
        GuideFile.objects.create(url=f"https://{tag}.example/f", created_at=PLACED, **words),
        GuideAnswer.objects.create(
            store=store, version=version, helped=False, missing=tag, language="en", said_at=PLACED
        ),
    ]
