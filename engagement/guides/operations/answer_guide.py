"""A reader says whether a guide helped."""

from datetime import datetime, timedelta

from django.db import transaction

from core.events.spine import record
from core.limits.take import take
from engagement.guides.events import GuideDidNotHelp
from engagement.guides.models import GuideAnswer, GuideVersion
from orders.models import Customer

# Nobody reads so many guides in an hour; a household behind one address might.
ANSWERS_AN_HOUR = 20
HOUR = timedelta(hours=1)


class TooManyAnswers(Exception):
    """So many answers came from there that another is not counted; `seconds` until it is."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def answer_guide(
    *,
    version: GuideVersion,
    helped: bool,
    missing: str = "",
    customer: Customer | None = None,
    language: str,
    network: str,
    now: datetime,
    machine_now: datetime,
) -> GuideAnswer:
    """Keep the answer; a “no” is told to whoever helps people. Raises `TooManyAnswers`.

    `network` is counted by a keyed hash and not kept. Inside the store's scope.
    """
    wait = take(
        name=f"guide_answer:{version.store_id}",
        who=network,
        limit=ANSWERS_AN_HOUR,
        window=HOUR,
        now=machine_now,
    )
    if wait:
        raise TooManyAnswers(wait)
    with transaction.atomic():
        answer = GuideAnswer.objects.create(
            store_id=version.store_id,
            version=version,
            customer=customer,
            helped=helped,
            missing="" if helped else missing.strip()[:1000],
            language=language,
            said_at=now,
        )
        if not helped:
            record(
                news=GuideDidNotHelp(
                    guide_id=version.guide_id,
                    answer_id=answer.pk,
                    customer_id=customer.pk if customer else None,
                    has_words=bool(answer.missing),
                ),
                store_id=version.store_id,
                subject=f"guide:{version.guide_id}",
                key=str(answer.pk),
                occurred_at=now,
                origin="live",
                now=now,
            )
    return answer
