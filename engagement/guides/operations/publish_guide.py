"""Show a guide's steps to the world, or take its page down."""

from datetime import datetime
from typing import Any

from django.db import transaction

from engagement.guides.models import Guide, GuideVersion


class NothingToShow(Exception):
    """A guide without a single step is no page."""


def publish_guide(*, guide: Guide, by: str, now: datetime) -> GuideVersion:
    """Freeze what is written now as the version that readers see. Publishing the same twice is once.

    The guide's lock gives rivals numbers in a row. Raises `NothingToShow`. Inside the store's scope.
    """
    with transaction.atomic():
        row = Guide.objects.select_for_update().get(pk=guide.pk)
        content = written_of(row)
        if not content["steps"]:
            raise NothingToShow
        live = row.live
        if live is not None and live.content == content:
            return live
        newest = GuideVersion.objects.filter(guide=row).order_by("-number").first()
        version = GuideVersion.objects.create(
            store_id=row.store_id,
            guide=row,
            number=newest.number + 1 if newest else 1,
            content=content,
            published_at=now,
            published_by=by[:160],
        )
        row.live = version
        row.save(update_fields=["live"])
    return version


def take_down_guide(*, guide: Guide) -> None:
    """Nobody sees its page any more; what was published is kept. Inside the store's scope."""
    with transaction.atomic():
        row = Guide.objects.select_for_update().get(pk=guide.pk)
        row.live = None
        row.save(update_fields=["live"])


def written_of(guide: Guide) -> dict[str, Any]:
    """All that a reader would see, if it were published now. Two queries."""
    return {
        "title": guide.title,
        "summary": guide.summary,
        "image_url": guide.image_url,
        "video_url": guide.video_url,
        "minutes": guide.minutes,
        "steps": [
            {
                "title": step.title,
                "text": step.text,
                "image_url": step.image_url,
                "shows": step.shows,
            }
            for step in guide.steps.order_by("position")
        ],
        "files": [
            {
                "title": file.title,
                "url": file.url,
                "public_id": "" if file.url else str(file.public_id),
            }
            for file in guide.files.order_by("pk")
        ],
    }
