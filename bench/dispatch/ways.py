"""The ways to send a pile of mails, each as `prepare` (not timed) and `send` (timed). In a worker."""

import json
import sys
from collections.abc import Callable
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection

from bench.dispatch.costs import resident_mb
from bench.dispatch.same_mail import NAME, SameMail
from engagement.messages.models import Lane
from engagement.messages.operations.dispatch import dispatch
from engagement.messages.rendering.copy import words_of
from engagement.messages.rendering.structure import html_structure, text_structure

FROM = '"Lipa" <shop@lipa.example>'
Send = Callable[[], int]


def ours(*, lane: str, memory_every: int = 0, **_: Any) -> Send:
    """The engine until nothing is due, as a worker of it does; its structure and words are known.

    Says how much memory it holds after every `memory_every` mails, on stderr.
    """
    kind = "review_request" if lane == "MARKETING" else NAME
    html_structure(kind), text_structure(kind), words_of(kind, ("en",))

    def send() -> int:
        total = 0
        while claimed := dispatch(lane=Lane[lane], limit=100):
            total += claimed
            if memory_every and total // memory_every > (total - claimed) // memory_every:
                print(f"{total:>7} mails: {resident_mb():.1f} MB", file=sys.stderr, flush=True)
        return total

    return send


def plain_loop(*, contexts: str, **_: Any) -> Send:
    """No database at all: render with Django's templates, send over one open connection."""
    same = SameMail()
    with open(contexts) as lines:
        told = [json.loads(line) for line in lines]

    def send() -> int:
        with get_connection() as smtp:
            for one in told:
                smtp.send_messages([mail_of(same=same, told=one)])
        return len(told)

    return send


def mail_of(*, same: SameMail, told: dict[str, Any], smtp: Any = None) -> EmailMultiAlternatives:
    """What anybody would write: a subject, a text, an HTML part."""
    rendered = same.render(told["context"])
    mail = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text,
        from_email=FROM,
        to=[told["to"]],
        reply_to=["help@lipa.example"],
        connection=smtp,
    )
    mail.attach_alternative(rendered.html, "text/html")
    return mail


def post_office(**_: Any) -> Send:
    """django-post-office's own command, two processes."""
    from django.core.management import call_command  # noqa: PLC0415
    from post_office.models import STATUS, Email  # noqa: PLC0415

    def send() -> int:
        call_command("send_queued_mail", processes=2, log_level=0, verbosity=0)
        connection.close()
        return int(Email.objects.filter(status=STATUS.sent).count())

    return send


def bare_commits(*, count: int, **_: Any) -> Send:
    """Nothing but one durable commit a mail: the limit for whoever promises one."""

    def send() -> int:
        with connection.cursor() as cursor:
            for _ in range(count):
                cursor.execute("UPDATE engagement_messages_provideraccount SET mark_batch = 1")
        return count

    return send


def queue_post_office(told: list[dict[str, Any]]) -> None:
    """Queue for django-post-office; it renders at delivery."""
    from post_office import mail  # noqa: PLC0415
    from post_office.models import Email, EmailTemplate  # noqa: PLC0415

    Email.objects.all().delete()
    sources = SameMail().sources
    template, _ = EmailTemplate.objects.update_or_create(
        name=NAME,
        defaults={
            "subject": sources["subject"],
            "content": sources["text"],
            "html_content": sources["page"],
        },
    )
    mail.send_many(
        [
            {
                "sender": FROM,
                "recipients": [one["to"]],
                "template": template,
                "context": one["context"],
                "render_on_delivery": True,
            }
            for one in told
        ]
    )


WAYS: dict[str, Callable[..., Send]] = {
    "ours": ours,
    "plain loop": plain_loop,
    "post_office": post_office,
    "bare commits": bare_commits,
}
