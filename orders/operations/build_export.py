"""Everything that is kept of somebody, in one file: data.json, a CSV per table, and their papers."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.text import get_valid_filename

from core.csv_cells import as_csv
from core.events.spine import record
from core.privacy import Person, parts
from orders.events import CustomerExportReady
from orders.models import Customer, PrivacyRequest
from orders.operations.read_person import read_person

GOOD_FOR = timedelta(days=7)
"""So long the file is kept; then it is asked for anew."""


def build_export(*, demand: PrivacyRequest, customer: Customer, now: datetime) -> None:
    """Write the file and record that it is there. Inside the store's scope and a transaction."""
    packed = pack(person=read_person(customer), now=now)
    demand.file.save(f"{demand.key[:40]}.zip", ContentFile(packed), save=False)
    demand.file_until, demand.done_at = now + GOOD_FOR, now
    demand.outcome = f"{len(packed)} bytes"
    demand.save(update_fields=["file", "file_until", "done_at", "outcome"])
    if demand.is_told:
        _tell(demand=demand, now=now)


def mail_copy(*, demand: PrivacyRequest, now: datetime) -> None:
    """Have a copy that a platform asked for mailed to whom it is about. Inside a transaction."""
    PrivacyRequest.objects.filter(pk=demand.pk).update(is_told=True)
    _tell(demand=demand, now=now)


def _tell(*, demand: PrivacyRequest, now: datetime) -> None:
    if demand.customer_id is None:
        return
    record(
        news=CustomerExportReady(customer_id=demand.customer_id, privacy_request_id=demand.pk),
        store_id=demand.store_id,
        subject=f"customer:{demand.customer_id}",
        key=f"{demand.customer_id}:{demand.pk}",
        occurred_at=now,
        origin="live",
        now=now,
    )


def pack(*, person: Person, now: datetime) -> bytes:
    """The archive. JSON for machines (Art. 20 GDPR), CSV for people's eyes, files as they are."""
    tables: dict[str, Any] = {}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts():
            for table, rows in part.show(person).items():
                tables[f"{part.room}.{table}"] = rows
                if rows:
                    name = get_valid_filename(f"{part.room}-{table}.csv")
                    archive.writestr(name, as_csv(rows))
            for name, file in part.files(person):
                if file.storage.exists(str(file.name)):
                    with file.open("rb") as opened:
                        archive.writestr(f"files/{name}", opened.read())
        about = {"made_at": now, "data": tables}
        archive.writestr(
            "data.json",
            json.dumps(about, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1),
        )
    return out.getvalue()
