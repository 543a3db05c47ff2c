"""Orders: what was bought, where its parcels are, what we wrote about it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import display

from engagement.dashboard.amounts import money
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.panels import AT_MOST, Panel, moment, page_of
from engagement.dashboard.resources.changes import changes_panel
from engagement.dashboard.resources.documents import download_link
from engagement.dashboard.resources.inserts import insert_panel, print_chosen
from engagement.dashboard.return_panels import returns_panel
from engagement.dashboard.words import mail_name
from engagement.messages.models import Message
from orders.models import Fulfillment, Order
from orders.operations.revoke_order_links import revoke_order_links


@admin.register(Order)
class OrderAdmin(StoreAdmin):
    area = "orders"
    empty_words = (
        "Orders come in by themselves once your shop is connected (Set-up, Connections), or from a "
        "file with manage.py import_orders."
    )
    search_fields = ("number", "customer__email")
    found_by_index = search_fields
    search_help_text = "Beginning of the order number or of the customer's e-mail address"
    sortable_by = ("placed",)
    ordering = ("-placed_at", "-id")
    list_display = ("numbered", "placed", "buyer", "state", "payment", "parcels", "total")
    list_filter = ("status", "payment_status", "fulfillment_status", "source")
    list_select_related = ("customer",)
    actions = ("print_inserts",)
    actions_detail = ("renew_links",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "numbered",
                    "state",
                    "payment",
                    "parcels",
                    "buyer",
                    "email",
                    "placed_at",
                    "promised_at",
                    "delivered_at",
                    "canceled_at",
                    "cancel_reason",
                )
            },
        ),
        (
            "Money",
            {
                "classes": ["tab"],
                "fields": ("subtotal", "discount", "shipping", "tax", "total", "refunded"),
            },
        ),
        (
            "Where it goes",
            {
                "classes": ["tab"],
                "fields": ("ship_to", "shipping_method", "is_gift", "recipient_name"),
            },
        ),
        (
            "From the shop",
            {
                "classes": ["tab"],
                "fields": ("source", "external_id", "locale", "note", "is_test"),
            },
        ),
    )

    @display(description="Order")
    def numbered(self, order: Order) -> str:
        return str(order)

    @display(description="Placed", ordering="placed_at")
    def placed(self, order: Order) -> str:
        return moment(order.placed_at)

    @display(description="Customer")
    def buyer(self, order: Order) -> str:
        return page_of(order.customer)

    @display(description="State", label={"Canceled": "danger", "Open": "success"})
    def state(self, order: Order) -> str:
        if order.deleted_at:
            return "Deleted in the shop"
        return order.get_status_display()

    @display(description="Payment", label={"Paid": "success", "Failed": "danger"})
    def payment(self, order: Order) -> str:
        return order.get_payment_status_display()

    @display(description="Delivery", label={"Delivered": "success", "Sent": "info"})
    def parcels(self, order: Order) -> str:
        return order.get_fulfillment_status_display()

    @display(description="Total")
    def total(self, order: Order) -> str:
        return money(order.total_minor, order.currency)

    @display(description="Goods")
    def subtotal(self, order: Order) -> str:
        return money(order.subtotal_minor, order.currency)

    @display(description="Discount")
    def discount(self, order: Order) -> str:
        codes = ", ".join(str(item.get("code")) for item in order.discounts if item.get("code"))
        return money(order.discount_minor, order.currency) + (f" ({codes})" if codes else "")

    @display(description="Shipping")
    def shipping(self, order: Order) -> str:
        return money(order.shipping_minor, order.currency)

    @display(description="Tax")
    def tax(self, order: Order) -> str:
        included = " (included)" if order.taxes_included else ""
        return money(order.tax_minor, order.currency) + included

    @display(description="Given back")
    def refunded(self, order: Order) -> str:
        return money(order.refunded_minor, order.currency)

    @display(description="Address")
    def ship_to(self, order: Order) -> str:
        return ", ".join(str(part) for part in order.shipping_address.values() if part) or "–"

    @deed(
        title="Renew links",
        question="A link of this order came into the wrong hands? Every link to its page that was "
        "mailed or passed on so far opens nothing any more, a gift recipient's too. Mails from now "
        "on carry new ones; the customer also gets in with order number and e-mail.",
        icon="link_off",
    )
    def renew_links(self, *, request: HttpRequest, row: Order, now: datetime) -> str:
        revoke_order_links(order=row)
        return "Old links open nothing any more; mails from now on carry new ones."

    @admin.action(description="Print inserts", permissions=["view"])
    def print_inserts(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return print_chosen(request, queryset)

    def panels(self, request: HttpRequest, row: Order) -> Iterable[Panel]:
        yield self._lines(row)
        yield insert_panel(row)
        yield from self._parcels(row)
        yield self._refunds(row)
        yield changes_panel(row)
        yield returns_panel(row)
        yield messages_panel(Message.objects.filter(order=row))
        yield self._documents(request, row)
        if self.admin_site._registry[row.notices.model].has_view_permission(request):
            yield self._notices(row)

    def _lines(self, order: Order) -> Panel:
        return Panel(
            title="Bought",
            heads=("Product", "Variant", "SKU", "Quantity", "Given back", "Total"),
            rows=[
                (
                    page_of(line.product, line.title) if line.product_id else line.title,
                    line.variant_title,
                    line.sku,
                    f"{line.quantity.normalize():f}",
                    f"{line.refunded_quantity.normalize():f}" if line.refunded_quantity else "",
                    money(line.total_minor, order.currency),
                )
                for line in order.lines.select_related("product")[:AT_MOST]
            ],
            empty="The shop told us of no lines.",
        )

    def _parcels(self, order: Order) -> Iterable[Panel]:
        parcels = order.fulfillments.prefetch_related("tracking").order_by("id")[:20]
        found = False
        for parcel in parcels:
            found = True
            yield parcel_panel(parcel)
        if not found:
            yield Panel(title="Parcels", heads=(), empty="Nothing has been sent yet.")

    def _refunds(self, order: Order) -> Panel:
        return Panel(
            title="Refunds",
            heads=("When", "Amount", "Why"),
            rows=[
                (
                    moment(refund.happened_at),
                    money(refund.amount_minor, refund.currency),
                    "Taken back by the shop" if refund.deleted_at else refund.reason,
                )
                for refund in order.refunds.order_by("-happened_at")[:AT_MOST]
            ],
            empty="No money was given back.",
        )

    def _documents(self, request: HttpRequest, order: Order) -> Panel:
        may_add = self.admin_site._registry[order.documents.model].has_add_permission(request)
        add = reverse("admin:orders_orderdocument_add") + f"?order={order.pk}"
        return Panel(
            title="Documents",
            heads=("Title", "Kind", "Where"),
            rows=[
                (page_of(paper), paper.get_kind_display(), download_link(paper))
                for paper in order.documents.order_by("id")[:AT_MOST]
            ],
            empty="No invoice, manual or other paper yet.",
            link=add if may_add else "",
            link_words="Add a document",
        )

    def _notices(self, order: Order) -> Panel:
        rows = order.notices.defer("body", "headers").order_by("-received_at")[:AT_MOST]
        return Panel(
            title="What the shop and carriers told us",
            heads=("Received", "Source", "Topic", "Became", "Why"),
            rows=[
                (
                    page_of(notice, moment(notice.received_at)),
                    notice.source.capitalize(),
                    notice.topic,
                    notice.get_status_display(),
                    notice.reason,
                )
                for notice in rows
            ],
            empty="This order came from a file.",
        )


def parcel_panel(parcel: Fulfillment) -> Panel:
    """One parcel with its carrier's news, newest last. Reads the prefetched `tracking`."""
    carrier = " ".join(part for part in (parcel.carrier, parcel.tracking_number) if part)
    expected = f", expected {moment(parcel.estimated_at)}" if parcel.estimated_at else ""
    return Panel(
        title=f"Parcel {carrier or parcel.external_id}: {parcel.get_status_display()}{expected}",
        heads=("When", "What", "Where", "In the carrier's words"),
        rows=[
            (
                moment(news.happened_at),
                news.kind.replace("_", " ").capitalize(),
                news.place,
                news.message or news.raw_status,
            )
            for news in list(parcel.tracking.all())[-AT_MOST:]
        ],
        empty="No news from the carrier yet.",
    )


def messages_panel(messages: Any) -> Panel:
    """Mails planned and past, newest first, with why those that did not go out did not."""
    return Panel(
        title="Mails",
        heads=("When", "Mail", "Class", "State", "Why"),
        rows=[
            (
                page_of(mail, moment(mail.handed_at or mail.due_at)),
                mail_name(mail),
                mail.get_message_class_display(),
                mail.get_status_display(),
                " · ".join(
                    part for part in (mail.get_reason_display(), mail.reason_detail) if part
                ),
            )
            for mail in messages.order_by("-due_at", "-id")[:AT_MOST]
        ],
        empty="No mail is planned and none was sent.",
    )
