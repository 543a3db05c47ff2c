"""Customers: who they are, what they bought, what they allowed, what we wrote and will write."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from core.clock import now as store_now
from engagement.dashboard.amounts import money
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.panels import AT_MOST, Panel, moment, page_of
from engagement.dashboard.resources.credit import credit_panels
from engagement.dashboard.resources.orders import messages_panel
from engagement.dashboard.resources.vouchers import worth_of
from engagement.dashboard.roles import allows
from engagement.messages.models import Message
from engagement.preferences.models import Consent, Suppression
from engagement.preferences.operations.suppress import suppress
from engagement.preferences.operations.unsubscribe import unsubscribe
from orders.models import Customer, Voucher


def can_be_written_to(customer: Customer) -> bool:
    return bool(customer.email) and customer.merged_into_id is None


@admin.register(Customer)
class CustomerAdmin(StoreAdmin):
    area = "customers"
    empty_words = "Customers appear with their first order, or from manage.py import_customers."
    search_fields = ("email", "last_name")
    found_by_index = search_fields
    sortable_by = ("last_order",)
    search_help_text = "Beginning of the e-mail address or of the last name"
    ordering = ("-last_order_at", "-id")
    list_display = ("named", "email", "country", "order_count", "last_order")
    list_filter = ("country",)
    actions_detail = ("stop_marketing", "stop_all_mail")
    fieldsets = (
        (
            None,
            {"fields": ("named", "email", "phone", "locale", "country", "zone", "birthday")},
        ),
        (
            "History",
            {
                "fields": (
                    "order_count",
                    "first_order_at",
                    "last_order_at",
                    "account_created_on",
                    "merged_into",
                    "erased_at",
                )
            },
        ),
    )

    @display(description="Name")
    def named(self, customer: Customer) -> str:
        return str(customer)

    @display(description="Last order", ordering="last_order_at")
    def last_order(self, customer: Customer) -> str:
        return moment(customer.last_order_at)

    @display(description="Time zone")
    def zone(self, customer: Customer) -> str:
        if not customer.time_zone:
            return "As the store"
        return f"{customer.time_zone} ({customer.get_time_zone_source_display()})"

    @display(description="Birthday")
    def birthday(self, customer: Customer) -> str:
        if not customer.birthday_month:
            return "–"
        mark = ", verified" if customer.birthday_verified else ""
        year = f" {customer.birthday_year}" if customer.birthday_year else ""
        return f"{customer.birthday_day}. {customer.birthday_month}.{year}{mark}"

    def panels(self, request: HttpRequest, row: Customer) -> Iterable[Panel]:
        yield self._orders(row)
        yield messages_panel(Message.objects.filter(customer=row))
        yield self._consent(row)
        if allows(role=request.role, area="vouchers", deed="view"):  # type: ignore[attr-defined]
            yield self._vouchers(row)
        if allows(role=request.role, area="credit", deed="view"):  # type: ignore[attr-defined]
            may_give = allows(role=request.role, area="credit", deed="add")  # type: ignore[attr-defined]
            yield from credit_panels(row, may_give=may_give)
        yield Panel(
            title="Addresses",
            heads=("Address", "Last used"),
            rows=[
                (str(address), moment(address.last_used_at))
                for address in row.addresses.order_by("-last_used_at")[:AT_MOST]
            ],
            empty="No address is known.",
        )
        yield Panel(
            title="Known elsewhere as",
            heads=("Source", "Number"),
            rows=[(known.source, known.external_id) for known in row.source_ids.all()[:AT_MOST]],
            empty="Only by e-mail.",
        )

    def _orders(self, customer: Customer) -> Panel:
        return Panel(
            title="Orders",
            heads=("Order", "Placed", "State", "Payment", "Delivery", "Total"),
            rows=[
                (
                    page_of(order),
                    moment(order.placed_at),
                    order.get_status_display(),
                    order.get_payment_status_display(),
                    order.get_fulfillment_status_display(),
                    money(order.total_minor, order.currency),
                )
                for order in customer.orders.order_by("-placed_at")[:AT_MOST]
            ],
            empty="Nothing bought yet.",
        )

    def _vouchers(self, customer: Customer) -> Panel:
        now = store_now(customer.store)
        given = Voucher.objects.with_uses().filter(customer=customer).order_by("-issued_at")
        return Panel(
            title="Vouchers",
            heads=("Code", "Worth", "Why", "Valid until", "State"),
            rows=[
                (
                    page_of(voucher),
                    worth_of(voucher),
                    voucher.reason,
                    moment(voucher.expires_at),
                    voucher.state(uses=voucher.uses, now=now),
                )
                for voucher in given[:AT_MOST]
            ],
            empty="None was given.",
        )

    def _consent(self, customer: Customer) -> Panel:
        return Panel(
            title="What they said about marketing, newest first",
            heads=("Stated", "Said", "Where", "Wording"),
            rows=[
                (
                    moment(said.stated_at),
                    said.get_basis_display(),
                    said.source,
                    said.wording[:200],
                )
                for said in Consent.objects.filter(customer=customer).order_by("-stated_at", "-id")[
                    :AT_MOST
                ]
            ],
            empty="Nothing is recorded; they get order news only.",
        )

    @deed(
        title="No more marketing",
        question="They unsubscribed by telling you. Marketing stops at once, also what is planned; "
        "order news still goes. Only they can take it back.",
        when=can_be_written_to,
        icon="unsubscribe",
    )
    def stop_marketing(self, *, request: HttpRequest, row: Customer, now: datetime) -> str:
        wording = "Told to the shop and entered by its staff"
        unsubscribe(customer_id=row.pk, source="dashboard", wording=wording, now=now)
        return "They get no more marketing."

    @deed(
        title="No mail at all",
        question="Nothing is sent to this address any more, not even news of their orders. Use it "
        "when the address belongs to somebody else or they demand it.",
        when=can_be_written_to,
        icon="block",
        danger=True,
    )
    def stop_all_mail(self, *, request: HttpRequest, row: Customer, now: datetime) -> str:
        suppress(
            store_id=row.store_id,
            email=row.email or "",
            reach=Suppression.Reach.ALL,
            reason=Suppression.Reason.MANUAL,
            customer_id=row.pk,
            now=now,
        )
        return "Nothing is sent to them any more. It can be lifted under Suppressions."
