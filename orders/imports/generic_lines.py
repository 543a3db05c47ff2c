"""JSON lines of our own generic schema: each line is the body that the generic hook takes."""

from collections.abc import Iterator

from orders.imports.files import ImportFile
from orders.imports.records import Item, Reading, Record, Reject
from orders.ingest.snapshots import Unreadable
from orders.ingest.sources import SOURCES

LONGEST_RAW = 4_000


def read_lines(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """Whatever the lines say: orders, parcels, refunds, customers, products, consents."""
    source = SOURCES["generic"]
    for text in file.lines():
        raw = text.rstrip("\r\n")
        if file.trouble:
            yield Reject(file.line, file.trouble, raw[:LONGEST_RAW])
            file.trouble = ""
            continue
        if not raw.strip():
            continue
        body = raw.encode()
        try:
            topic = source.topic(body=body, headers={})
            told = source.parse(
                topic=topic,
                body=body,
                headers={},
                received_at=reading.as_of,
                currency=reading.currency,
            )
        except Unreadable as error:
            yield Reject(file.line, str(error), raw[:LONGEST_RAW])
        else:
            for news in told:
                yield Record(file.line, news, raw=raw[:LONGEST_RAW])
