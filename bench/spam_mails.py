"""The mails that SpamAssassin reads, as they would leave."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from core.stores.models import Store
from engagement.messages.operations.write_sample import write_sample
from engagement.messages.rendering.copy import languages_of
from engagement.messages.rendering.samples import KEYS, SAMPLES

SENT = datetime.now(UTC).replace(microsecond=0)  # a mail of another day is suspicious in itself
RELAYED = (
    "Received: from mail.lipa.example (mail.lipa.example [193.86.3.40])\r\n"
    "\tby mx.mail.example (Postfix) with ESMTPS id 4XyZ1k2b3c\r\n"
    f"\tfor <jana@mail.example>; {format_datetime(SENT)}\r\n"
).encode()


def one_mail(*, template: str, language: str, sample: str) -> bytes:
    """One mail's bytes, with the line that a receiving server puts on top."""
    store = Store(name="Lipa", slug="lipa", sender_name="Lipa", sender_email="hello@lipa.example")
    store.reply_to = "care@lipa.example"
    email, _ = write_sample(
        template=template,
        language=language,
        sample=sample,
        store=store,
        store_data=None,
        to="jana@mail.example",
        now=SENT,
    )
    return RELAYED + email.message().as_bytes(linesep="\r\n")


def every_mail(
    *, languages: Sequence[str] = (), samples: Sequence[str] = tuple(SAMPLES)
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each mail; without `languages` in all that it is shipped in."""
    for template in KEYS:
        for language in languages or languages_of(template):
            for sample in samples:
                yield (
                    f"{template}.{language}.{sample}",
                    one_mail(template=template, language=language, sample=sample),
                )
