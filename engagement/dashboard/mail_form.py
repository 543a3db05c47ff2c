"""From what a browser posts to a draft, and from a draft to a version or a test mail."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.audit.write import write_down
from core.clock import real_now
from core.limits.take import take
from core.secrets import CredentialsUnreadable
from engagement.dashboard.deeds import Refused
from engagement.dashboard.mail_desk import Desk
from engagement.dashboard.mail_sample import context_for
from engagement.dashboard.picture_field import read_picture
from engagement.messages.delivery.headers import AddressUnsafe
from engagement.messages.models import MailDraft
from engagement.messages.operations.publish_copy import BadCopy, CopyMovedOn, publish_copy
from engagement.messages.operations.send_test import TestNotSent, send_test
from engagement.messages.pictures import keep_picture
from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.copy import SHARED
from engagement.messages.rendering.own_copy import LOOK
from engagement.messages.rendering.slots import LONGEST_TEXT, read_typed
from engagement.messages.rendering.style import COLORS, LINKS

TESTS = (20, timedelta(hours=1))


def typed(*, desk: Desk, posted: QueryDict) -> dict[str, Any]:
    """What stands in the posted form, as a draft keeps it: only what differs from the shipped."""
    if desk.language == LOOK:
        return _typed_look(desk, posted)
    found: dict[str, Any] = {}
    for name, shipped in desk.shipped.items():
        raw = posted.get(f"text-{name}")
        if raw is None:
            text = desk.content.get(name, shipped)
        else:
            text = read_typed(raw[: 2 * LONGEST_TEXT], many=isinstance(shipped, list))
        if text != shipped:
            found[name] = text
    return found


def _typed_look(desk: Desk, posted: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: posted.get(f"look-{name}", "").strip()[:1000] for name in (*LINKS, *COLORS)
    }
    found["hidden"] = [name for name in desk.blocks if name not in posted.getlist("shown")]
    if desk.template == SHARED:
        found["clients"] = posted.getlist("clients")[:40]
    return {name: value for name, value in found.items() if value}


def with_picture(
    *, desk: Desk, content: dict[str, Any], file: UploadedFile | None
) -> dict[str, Any]:
    """The draft with the picture that was uploaded, where one was. Raises `Refused`."""
    if file is None or desk.language != LOOK:
        return content
    try:
        return {**content, "picture_url": keep_picture(picture=read_picture(file))}
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def keep_draft(*, desk: Desk, content: dict[str, Any]) -> None:
    """Keep what was typed; a draft that says what is live already is none."""
    same = content == (dict(desk.live.content) if desk.live else {})
    about = {"template": desk.template, "language": desk.language, "author": desk.user}
    if same:
        MailDraft.objects.filter(**about).delete()
    elif desk.draft is None:
        MailDraft.objects.create(
            store=desk.store,
            content=content,
            base_number=desk.newest,
            saved_at=desk.now,
            **about,
        )
    else:
        MailDraft.objects.filter(**about).update(content=content, saved_at=desk.now)
    desk.__dict__.pop("draft", None)
    desk.__dict__.pop("findings", None)


def publish(*, desk: Desk, live_from: datetime | None = None) -> str:
    """Make the draft what counts; what was done, in words. Raises `Refused`."""
    if desk.draft is None:
        raise Refused("There is nothing new to publish.")
    wrong = [finding.words for finding in desk.findings if finding.level == "error"]
    if wrong:
        raise Refused(f"Not published, your words are kept as a draft. {wrong[0]}")
    try:
        version = publish_copy(
            store=desk.store,
            template=desk.template,
            language=desk.language,
            content=desk.draft.content,
            by=desk.user.email,
            begun_from=desk.draft.base_number,
            live_from=live_from,
            now=desk.now,
        )
    except CopyMovedOn as error:
        # Next time they know: the page shows what is live beside what they wrote.
        MailDraft.objects.filter(pk=desk.draft.pk).update(base_number=desk.newest)
        raise Refused(
            f"{error} Nothing was published: look at it below, then publish again to replace it."
        ) from error
    except BadCopy as error:
        raise Refused(f"Not published, your words are kept as a draft. {error}") from error
    if version.live_from > desk.now:
        at = timezone.localtime(version.live_from)
        return f"Version {version.number} takes over on {at:%-d %b %Y at %H:%M} (your shop's time)."
    return f"Version {version.number} is live: every mail from now on is written with it."


def moment_of(*, raw: str, now: datetime) -> datetime:
    """A time typed as ``2026-12-01T08:00``, in the shop's zone. Raises `Refused`."""
    try:
        moment = parse_datetime(raw)
    except ValueError:
        moment = None
    if moment is None:
        raise Refused("Say from when it counts: a day and a time. Nothing was published.")
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    if moment <= now:
        raise Refused("That time has passed. Nothing was published.")
    return moment


def send_to_oneself(*, desk: Desk, wanted: str) -> str:
    """Send the mail as typed to whoever asks; what was done, in words. Raises `Refused`."""
    wait = take(
        name="mail_test", who=desk.user.email, limit=TESTS[0], window=TESTS[1], now=real_now()
    )
    if wait:
        raise Refused(f"{TESTS[0]} tests an hour are enough; wait {-(-wait // 60)} minutes.")
    try:
        send_test(
            store=desk.store,
            template=desk.shows,
            language=desk.speaks,
            context=context_for(store=desk.store, wanted=wanted, now=desk.now).context,
            to=desk.user.email,
            own=desk.copy_with_drafts(),
            now=desk.now,
        )
    except (TemplateBroken, AddressUnsafe, TestNotSent, CredentialsUnreadable) as error:
        raise Refused(f"{error} No test was sent.") from error
    write_down(
        store_id=desk.store.pk,
        actor=desk.user.email,
        action="mail_copy.test",
        subject=f"mail:{desk.template}",
        detail={"language": desk.language or "look"},
        now=desk.now,
    )
    return f"A test is on its way to {desk.user.email}."
