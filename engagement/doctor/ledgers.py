"""Does every balance of store credit and points follow from what was written?"""

from datetime import datetime

from core.ledger.recount import differences
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.doctor.finding import Finding


def examine(*, now: datetime) -> list[Finding]:
    """The recount of every store."""
    findings = []
    for store in Store.objects.order_by("slug"):
        with store_scope(store.pk):
            wrong = sum(1 for _ in differences(store_id=store.pk))
        if wrong:
            findings.append(
                Finding(
                    "fail",
                    f"ledger, {store.slug}",
                    f"{wrong} numbers are not as the entries say.",
                    f"`manage.py ledger_check --store {store.slug}` names them. Somebody wrote to "
                    "these tables by hand, or this is a bug to report; the entries are right.",
                )
            )
    return findings or [Finding("ok", "ledger", "Every balance follows from its entries.")]
