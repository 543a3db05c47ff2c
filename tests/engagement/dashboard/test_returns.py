"""Returns in the dashboard: the queue with its counts, every button, the rules, the reasons report."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from core.audit.models import AuditEntry
from core.clock import real_now
from core.stores.models import Membership
from core.stores.scope import store_scope
from orders.models import Order, Return, ReturnPolicy, ReturnReason, Variant
from orders.returns.queue import QUEUES
from orders.returns.read import offer_of
from tests.orders.returns.shop import NOW, ask, delivered, lines, received, set_policy, want

LIST = "/admin/orders/return/"


@pytest.fixture
def scope(store):
    with store_scope(store.pk):
        yield store


@pytest.fixture
def order(scope) -> Order:
    set_policy(scope, approval="person")
    return delivered(scope)


@pytest.fixture
def asked(order) -> Return:
    return ask(order, want(lines(order)[0], 2, words="Ucho je studené"))


def page(asked) -> str:
    return reverse("admin:orders_return_change", args=[asked.pk])


def buttons(client, asked) -> set[str]:
    shown = client.get(page(asked), client.form).content.decode()
    return set(re.findall(rf"/{asked.pk}/([a-z-]+)/?[\"?]", shown)) - {
        "history",
        "change",
        "delete",
    }


def press(client, asked, button: str, **typed) -> str:
    shown = client.get(page(asked), client.form).content.decode()
    found = re.search(rf'href="([^"]*{asked.pk}/(?:{button})[^"]*)"', shown)
    assert found, f"no button {button}"
    link = found[1].replace("&amp;", "&")
    asking = client.get(link, client.form).content.decode()
    hidden = dict(re.findall(r'name="(once)" value="([0-9a-f]+)"', asking))
    told = {**client.form, "confirmed": "1", **hidden, **typed}
    answer = client.post(link, told, follow=True).content.decode()
    asked.refresh_from_db()
    return answer


def test_the_queue_says_what_waits_for_what(owner, order, asked):
    shown = owner.get(LIST).content.decode()
    assert "Waits for your answer: 1" in shown
    assert asked.reference in shown
    for queue in QUEUES:
        assert owner.get(f"{LIST}?queue={queue}").status_code == 200
    assert asked.reference not in owner.get(f"{LIST}?queue=to_pay").content.decode()
    assert asked.reference in owner.get(f"{LIST}?q={asked.reference[:5]}").content.decode()
    Return.objects.update(answer_by=NOW - timedelta(days=300))
    assert "Should have been answered: 1" in owner.get(LIST).content.decode()
    home = owner.get("/admin/").content.decode()
    assert "1 return waits for your answer</a>, 1 longer than you promised" in home


def test_an_empty_queue_says_what_to_do(owner, scope):
    assert "Nothing has come back yet" in owner.get(LIST).content.decode()
    assert "Nothing has come back" in owner.get(f"{LIST}reasons/").content.decode()


def test_the_list_costs_the_same_however_long(owner, order, scope, django_assert_num_queries):
    ask(order, want(lines(order)[0]), once="first")
    owner.get(LIST)
    with django_assert_num_queries(10) as few:
        owner.get(LIST)
    for number in range(5):
        more = delivered(scope)
        ask(more, want(lines(more)[0]), once=f"{number}")
    with django_assert_num_queries(len(few)):
        owner.get(LIST)


def test_the_page_shows_everything_in_a_fixed_number_of_queries(
    owner, order, django_assert_max_num_queries
):
    mugs, lamp = lines(order)
    photo = ContentFile(b"x", name="a.jpg")
    asked = received(ask(order, want(mugs, 2, reason_key="damaged"), want(lamp), photos=[photo]))
    with django_assert_max_num_queries(40):
        shown = owner.get(page(asked), owner.form).content.decode()
    for words in (
        "What comes back",
        "How far it is",
        "What was given for it",
        "Download picture 1",
        "Arrived damaged or does not work",
        "You look at every return",
        "2 of 2",
    ):
        assert words in shown
    answer = owner.get(reverse("admin:orders_return_photo", args=[asked.pk, 0]), owner.form)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert owner.get(reverse("admin:orders_return_photo", args=[asked.pk, 1])).status_code == 404
    address = reverse("admin:orders_order_change", args=[order.pk])
    assert asked.reference in owner.get(address, owner.form).content.decode()


def test_from_the_answer_to_the_money(owner, asked):
    assert "The customer is written to" in press(owner, asked, "approve")
    line = asked.lines.get()
    typed = {f"here_{line.pk}": "1", f"state_{line.pk}": "as_new", f"shelf_{line.pk}": "1"}
    press(owner, asked, "receive", **typed)
    assert asked.status == "received"
    typed = {f"here_{line.pk}": "2", f"state_{line.pk}": "opened", f"shelf_{line.pk}": "1"}
    press(owner, asked, "receive", **typed)
    line.refresh_from_db()
    assert (line.received_quantity, line.condition, line.restocked_quantity) == (2, "opened", 1)
    assert "more than the goods" in press(owner, asked, "refund", amount="400.01", is_final="on")
    press(owner, asked, "refund", amount="390.00", is_final="on")
    payback = asked.paybacks.get()
    assert (payback.amount_minor, payback.status, payback.once != "") == (39000, "waiting", True)
    press(owner, asked, "is-done|is_done", payback=str(payback.pk))
    assert (asked.status, asked.paid_back_minor) == ("done", 39000)
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"return.approve", "return.receive", "return.refund", "return.is_done"} <= actions


def test_a_refusal_needs_a_reason(owner, asked):
    assert "This field is required" in press(owner, asked, "refuse", reason=" ")
    press(owner, asked, "refuse", reason="Hrnek byl rozbitý")
    assert (asked.status, asked.reason) == ("refused", "Hrnek byl rozbitý")
    assert "approve" not in buttons(owner, asked)


def test_credit_and_exchange(owner, order):
    mugs, lamp = lines(order)
    variant = Variant.objects.get(price_minor=25000)
    credit = received(ask(order, want(lamp), outcome="credit", once="a"))
    press(owner, credit, "give-credit|give_credit")
    assert credit.status == "done"
    swap = received(ask(order, want(mugs, variant_id=variant.pk), outcome="exchange", once="b"))
    press(owner, swap, "exchange")
    payback = swap.paybacks.get()
    press(owner, swap, "was-not-done|was_not_done", payback=str(payback.pk))
    press(owner, swap, "exchange")
    payback = swap.paybacks.get(status="waiting")
    press(owner, swap, "is-done|is_done", payback=str(payback.pk), number="2077")
    assert (swap.status, swap.exchange_number) == ("done", "2077")


def test_closing_gives_nothing_more(owner, asked):
    press(owner, asked, "approve")
    press(owner, asked, "close")
    assert (asked.status, asked.paid_back_minor) == ("done", 0)


@pytest.mark.parametrize("role", [Membership.Role.VIEWER, Membership.Role.MARKETER])
def test_who_only_looks_presses_nothing(log_in, store, asked, role):
    client = log_in(store=store, role=role)
    assert client.get(page(asked), client.form).status_code == 200
    assert not buttons(client, asked) & {"approve", "refuse", "receive"}
    for button in ("approve", "refund"):
        answer = client.post(f"{page(asked)[:-7]}{button}", {**client.form, "confirmed": "1"})
        assert answer.status_code in (301, 302, 403, 404)
    asked.refresh_from_db()
    assert asked.status == "requested"


def test_why_goods_come_back(owner, order, asked):
    product = lines(order)[0].product
    Order.objects.update(placed_at=real_now())
    Return.objects.update(requested_at=real_now())
    shown = owner.get(f"{LIST}reasons/").content.decode()
    assert product.title in shown
    assert "I changed my mind 2" in shown
    assert "100 %" in shown


def test_a_policy_begins_with_a_preset_and_becomes_the_shops_own(owner, scope):
    add = reverse("admin:orders_returnpolicy_add")
    typed = {"name": "Everything", "preset": "generous", "country": "", "category": "", "tag": ""}
    owner.post(add, {**owner.form, **typed})
    policy = ReturnPolicy.objects.get()
    assert (policy.preset, policy.window_days, policy.pays) == ("generous", 30, "shop")
    again = owner.post(add, {**owner.form, **typed}).content.decode()
    assert "There is a policy for all goods already" in again
    both = {**typed, "country": "sk", "tag": "outlet"}
    assert "Choose one of country" in owner.post(add, {**owner.form, **both}).content.decode()
    change = reverse("admin:orders_returnpolicy_change", args=[policy.pk])
    shown = owner.get(change, owner.form).content.decode()
    fields = dict(re.findall(r'<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"', shown))
    told = {
        **{key: value for key, value in fields.items() if not key.startswith("_")},
        **{"preset": "generous", "starts": "delivery", "photo": "never", "pays": "shop"},
        **{"approval": "auto", "window_days": "100", "fee": "99.50", "reasons": ["other"]},
        **{"instructions_cs": "Zabalte to pevně."},
        **{"offers_refund": "on", "by_label": "on"},
        **{"country": "", "category": "", "tag": ""},
    }
    owner.post(change, {**owner.form, **told})
    policy.refresh_from_db()
    assert (policy.preset, policy.window_days, policy.fee_minor) == ("own", 100, 9950)
    assert (policy.reasons, policy.instructions) == (["other"], {"cs": "Zabalte to pevně."})
    assert policy.outcomes == ("refund",)


def test_a_shop_writes_its_own_reasons(owner, order):
    add = reverse("admin:orders_returnreason_add")
    typed = {"key": "scent", "texts_en": "The scent", "texts_cs": "Vůně", "position": "0"}
    owner.post(add, {**owner.form, **typed})
    assert ReturnReason.objects.get().text("cs") == "Vůně"
    assert offer_of(order=order, now=NOW).items[0].returnable == Decimal(2)
