"""From an order's news to a confirmation in the mailbox, through the real spine and engine."""

from datetime import timedelta

from engagement.flows.catalog import CATALOG
from engagement.flows.models import Flow, FlowVersion
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import LocalMail, Message
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.rules import Go
from tests.conftest import NOON


def test_a_placed_order_is_confirmed_once_however_often_it_is_told(shop, bought, place):
    order = bought().order
    place(order)
    place(order)
    message = Message.objects.get(flow="order_confirmation")
    assert (message.subject, message.occurrence) == (f"order:{order.pk}", "0")
    assert drain_outbox(only_store=shop.pk) == 1
    message.refresh_from_db()
    assert message.status == Message.Status.SENT, message.reason_detail
    mail = LocalMail.objects.get(store=shop)
    assert mail.recipient.endswith(order.customer.email)
    assert order.number in mail.subject


def test_the_judge_says_go_with_address_language_and_data(shop, bought, place, judge):
    purchase = bought(locale="cs-CZ", shipping_address={"name": "Jana", "country": "CZ"})
    purchase.customer.locale = ""
    purchase.customer.save()
    place(purchase.order)
    ruling = judge(Message.objects.get(flow="order_confirmation"))
    assert isinstance(ruling, Go)
    assert (ruling.to_email, ruling.language) == (purchase.customer.email, "cs")
    assert ruling.context["order"]["total"] == {"minor": 49900, "currency": "CZK"}
    assert ruling.context["order"]["lines"][0]["title"] == purchase.product.title
    assert ruling.context["store"]["name"] == "Lipa"


def test_installing_flows_again_leaves_what_the_merchant_did(shop):
    Flow.objects.filter(key="birthday").update(status=Flow.Status.OFF, holdout_bp=500)
    Flow.objects.get(key="delivered").versions.all().delete()
    before = Flow.objects.count()
    install_flows(store=shop, now=NOON)
    birthday = Flow.objects.get(key="birthday")
    assert (birthday.status, birthday.holdout_bp) == (Flow.Status.OFF, 500)
    assert birthday.activated_at == NOON - timedelta(days=365)
    assert Flow.objects.count() == before == FlowVersion.objects.count() == len(CATALOG)
