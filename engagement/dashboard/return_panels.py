"""Tables about returns: on the order's page, and on the return's own."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html

from engagement.dashboard.amounts import money
from engagement.dashboard.panels import AT_MOST, Panel, moment, page_of
from orders.models import Order, Payback, Return, ReturnLine
from orders.returns.timeline import timeline_of

STATIONS = {
    "requested": "Asked for",
    "approved": "Approved",
    "sent": "Sent back",
    "received": "Received",
    "done": "Settled",
    "refused": "Refused",
    "canceled": "Canceled by the customer",
}


def amount(quantity: object) -> str:
    """A quantity without idle zeros."""
    return f"{quantity.normalize():f}"  # type: ignore[attr-defined]


def what(asked: Return) -> str:
    """What the return is to bring, in two words."""
    if asked.kind == Return.Kind.WITHDRAWAL:
        return "Withdrawal: money back"
    return asked.get_outcome_display()


def returns_panel(order: Order) -> Panel:
    """The returns of one order, newest first."""
    return Panel(
        title="Returns",
        heads=("Asked for", "Return", "What", "State", "Worth", "Given back"),
        rows=[
            (
                moment(asked.requested_at),
                page_of(asked),
                what(asked),
                asked.get_status_display(),
                money(asked.due_minor, asked.currency),
                money(asked.paid_back_minor, asked.currency),
            )
            for asked in Return.objects.filter(order=order).order_by("-requested_at", "-pk")[
                :AT_MOST
            ]
        ],
        empty="Nothing came back.",
    )


def return_panels(asked: Return) -> Iterable[Panel]:
    """All that belongs to one return, in eight queries at most."""
    yield _lines(asked)
    yield _stations(asked)
    yield _paybacks(asked)
    yield _photos(asked)
    if asked.customer_id is not None:
        yield _others(asked)


def _lines(asked: Return) -> Panel:
    rows = asked.lines.select_related("order_line__product", "new_variant")
    return Panel(
        title="What comes back",
        heads=("Product", "Pieces", "Paid for it", "Why", "Instead", "Here", "State", "For sale"),
        rows=[
            (
                page_of(line.order_line.product, _name(line))
                if line.order_line.product_id
                else _name(line),
                amount(line.quantity),
                money(line.amount_minor, asked.currency),
                ": ".join(part for part in (line.reason_text, line.words) if part) or "–",
                _instead(line, asked),
                f"{amount(line.received_quantity)} of {amount(line.quantity)}",
                line.get_condition_display() or "–",
                amount(line.restocked_quantity),
            )
            for line in rows
        ],
    )


def _name(line: ReturnLine) -> str:
    bought = line.order_line
    return f"{bought.title} {bought.variant_title}".strip()


def _instead(line: ReturnLine, asked: Return) -> str:
    if not line.new_title:
        return "–"
    price = line.new_price_minor
    return line.new_title + (f", {money(price, asked.currency)} each" if price is not None else "")


def _stations(asked: Return) -> Panel:
    return Panel(
        title="How far it is",
        heads=("Station", "When", "Due by"),
        rows=[
            (
                f"{STATIONS[step.key]} (now)" if step.is_now else STATIONS[step.key],
                moment(step.at),
                moment(step.due) if step.at is None else "",
            )
            for step in timeline_of(asked)
        ],
    )


def _paybacks(asked: Return) -> Panel:
    return Panel(
        title="What was given for it",
        heads=("When", "What", "Amount", "Bonus", "State", "How", "By"),
        rows=[
            (
                moment(row.made_at),
                row.get_kind_display(),
                money(row.amount_minor, row.currency),
                money(row.bonus_minor, row.currency) if row.bonus_minor else "",
                f"{row.get_status_display()}: {row.problem}"
                if row.problem
                else row.get_status_display(),
                _how(row),
                row.by or ("the shop itself" if not row.is_ours else "the rules"),
            )
            for row in asked.paybacks.select_related("command", "refund").order_by("pk")[:AT_MOST]
        ],
        empty="Nothing yet.",
    )


def _how(row: Payback) -> str:
    if row.command is not None:
        return page_of(row.command)
    if row.refund is not None:
        return f"Refund {row.refund.external_id} of the shop"
    return "By hand" if row.kind != Payback.Kind.CREDIT else "In the ledger"


def _photos(asked: Return) -> Panel:
    return Panel(
        title="Photos",
        heads=("Added", "Picture"),
        rows=[
            (
                moment(photo.added_at),
                format_html(
                    '<a class="text-link underline" href="{}">Download picture {}</a>',
                    reverse("admin:orders_return_photo", args=[asked.pk, number]),
                    number + 1,
                ),
            )
            for number, photo in enumerate(asked.photos.order_by("pk")[:AT_MOST])
        ],
        empty="None were added.",
    )


def _others(asked: Return) -> Panel:
    rows = Return.objects.filter(customer=asked.customer).exclude(pk=asked.pk)
    return Panel(
        title="Other returns of this customer",
        heads=("Asked for", "Return", "What", "State", "Worth"),
        rows=[
            (
                moment(other.requested_at),
                page_of(other),
                what(other),
                other.get_status_display(),
                money(other.due_minor, other.currency),
            )
            for other in rows.order_by("-requested_at")[:20]
        ],
        empty="None.",
    )
