"""Papers laid to an order: those of one hour in one mail."""

from engagement.flows.definition import Definition, Step, Wait

FLOW = Definition(
    key="documents_ready",
    title="Invoice and papers",
    purpose="Hands over invoices, manuals and other papers; those of one hour go together.",
    message_class="transactional",
    subject="order",
    one_per="event",
    starts_on=("order.document_added",),
    steps=(
        Step(
            key="send",
            template="documents_ready",
            wait=Wait(hours=1),
            grace_hours=72,
            expires_after_hours=96,
        ),
    ),
    ends_on=("order.deleted",),  # a canceled order may still have its credit note
)
