"""Logging in, the store that every form carries, buttons that ask first, and the mailbox."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.audit.models import AuditEntry
from core.limits.models import LimitWindow
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.models import Flow
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import Message, Outbox
from orders.models import InboundNotice, WebhookEndpoint
from tests.factories.everything import one_of_everything
from tests.factories.orders import CustomerFactory, OrderFactory
from tests.factories.stores import MembershipFactory, UserFactory

LOGIN = "/admin/login/"
PASSWORD = "a long enough password"


def enter(client, email, password=PASSWORD, **headers):
    return client.post(LOGIN, {"username": email, "password": password}, **headers)


def test_one_logs_in_by_e_mail_whatever_the_case_and_gets_a_new_session(client, store):
    user = MembershipFactory(store=store).user
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = client.session.session_key
    assert enter(client, user.email.upper()).status_code == 302
    assert client.session.session_key != before
    assert timedelta(hours=11) < timedelta(seconds=client.session.get_expiry_age())
    assert client.session.get_expiry_age() <= 12 * 3600


def test_guessing_is_stopped_and_a_spoofed_network_does_not_help(client, store):
    user = MembershipFactory(store=store).user
    for number in range(10):
        spoofed = {"HTTP_X_FORWARDED_FOR": f"10.0.0.{number}"}
        assert enter(client, user.email, "wrong", **spoofed).status_code == 200
    refused = enter(Client(), user.email)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "Nobody has been logged in" in refused.content.decode()
    assert not LimitWindow.objects.filter(key__contains="@").exists()


def test_one_logs_out_by_post_only(owner):
    assert owner.get("/admin/logout/").status_code == 405
    assert owner.post("/admin/logout/").status_code == 200
    assert owner.get("/admin/").status_code == 302


def test_forms_need_the_csrf_token(store):
    user = MembershipFactory(store=store).user
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    form = {"store": store.public_id.hex, "_store": store.public_id.hex}
    assert client.post(reverse("admin:choose_store"), form).status_code == 403


def test_a_page_left_open_for_another_store_changes_nothing(log_in, store, other_store):
    user = UserFactory()
    client = log_in(store=store, user=user)
    MembershipFactory(user=user, store=other_store)
    rows = one_of_everything(store)
    client.post(reverse("admin:choose_store"), {"store": store.public_id.hex})
    url = reverse("admin:orders_product_change", args=[rows["orders.Product"].pk])
    page = client.get(url).content.decode()
    assert f'name="_store" value="{store.public_id.hex}"' in page
    client.post(reverse("admin:choose_store"), {"store": other_store.public_id.hex})
    answer = client.post(url, {"_store": store.public_id.hex, "review_delay_days": "3"})
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.content.decode()
    assert f"Go on in {store.name}" in answer.content.decode()
    rows["orders.Product"].refresh_from_db()
    assert rows["orders.Product"].review_delay_days is None
    assert client.post(url, {"review_delay_days": "3"}).status_code == 409


def test_a_button_asks_first_acts_on_post_and_is_written_down(owner, store):
    notice = one_of_everything(store)["orders.InboundNotice"]
    url = reverse("admin:orders_inboundnotice_replay", args=[notice.pk])
    assert "Read again" in owner.get(url).content.decode()
    owner.post(url, owner.form)  # a POST without the answer asks again
    notice.refresh_from_db()
    assert notice.status == InboundNotice.Status.DEAD
    assert owner.post(url, {**owner.form, "confirmed": "yes"}).status_code == 302
    notice.refresh_from_db()
    assert notice.status == InboundNotice.Status.WAITING
    with store_scope(store.pk):
        entry = AuditEntry.objects.get(action="inboundnotice.replay")
    assert entry.subject == f"inboundnotice:{notice.pk}"


def test_a_planned_mail_can_be_called_off_and_an_ended_one_sent_again(owner, store):
    message = one_of_everything(store)["engagement_messages.Message"]
    yes = {**owner.form, "confirmed": "yes"}
    owner.post(reverse("admin:engagement_messages_message_cancel", args=[message.pk]), yes)
    message.refresh_from_db()
    assert (message.status, message.reason) == (Message.Status.SKIPPED, "canceled_by_hand")
    owner.post(reverse("admin:engagement_messages_message_resend", args=[message.pk]), yes)
    message.refresh_from_db()
    assert (message.status, message.generation) == (Message.Status.PLANNED, 1)
    with store_scope(store.pk):
        assert Outbox.objects.filter(message=message).count() == 1


def test_a_change_is_written_down_by_field_and_shown_in_the_history(owner, store):
    product = one_of_everything(store)["orders.Product"]
    url = reverse("admin:orders_product_change", args=[product.pk])
    form = {**owner.form, "review_delay_days": "12", "is_reviewable": "on"}
    assert owner.post(url, form).status_code == 302
    product.refresh_from_db()
    assert product.review_delay_days == 12
    history = owner.get(reverse("admin:orders_product_history", args=[product.pk]))
    assert "product.changed" in history.content.decode()


def test_a_connection_is_made_and_its_secret_shown_once(owner, store):
    url = reverse("admin:orders_webhookendpoint_add")
    answer = owner.post(url, {**owner.form, "source": "shopify", "secret": "shop-made-secret"})
    assert "shop-made-secret" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    with store_scope(store.pk):
        made = WebhookEndpoint.objects.get()
    page = owner.get(reverse("admin:orders_webhookendpoint_change", args=[made.pk]))
    assert "shop-made-secret" not in page.content.decode()


def test_a_token_is_shown_once_and_revoked(owner, store):
    form = {**owner.form, "name": "ERP", "scopes": ["events:write"]}
    answer = owner.post(reverse("admin:orders_apitoken_add"), form)
    assert "Copy this now" in answer.content.decode()
    listed = owner.get(reverse("admin:orders_apitoken_changelist")).content.decode()
    assert "ERP" in listed


def test_a_mail_is_shown_in_a_box_without_scripts(owner, store):
    mail = one_of_everything(store)["engagement_messages.LocalMail"]
    page = owner.get(reverse("admin:engagement_messages_localmail_change", args=[mail.pk]))
    words = page.content.decode()
    assert words.count("<iframe") == words.count(" sandbox ") == 2
    body = owner.get(reverse("admin:engagement_messages_localmail_body", args=[mail.pk]))
    policy = body.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    url = reverse("admin:engagement_messages_localmail_attachment", args=[mail.pk, 0])
    assert owner.get(url).headers["Content-Disposition"].startswith("attachment")


def test_a_notice_shows_its_body_as_text_and_no_signature(owner, store):
    notice = one_of_everything(store)["orders.InboundNotice"]
    page = owner.get(reverse("admin:orders_inboundnotice_change", args=[notice.pk]))
    words = page.content.decode()
    assert "&lt;script&gt;" in words
    assert "<script>alert" not in words
    assert "a very secret signature" not in words


def test_the_policy_is_loose_for_the_dashboard_only(owner, client):
    assert "unsafe-eval" in owner.get("/admin/").headers["Content-Security-Policy"]
    elsewhere = client.get("/health/live").headers
    assert "unsafe" not in elsewhere["Content-Security-Policy"]
    assert elsewhere["Referrer-Policy"] == "same-origin"


def test_a_browser_can_post_the_login_form(client, db):
    """Under "no-referrer" browsers post with "Origin: null", and the CSRF check refuses everybody."""
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/admin/login/")
    told_to_hide = page.headers["Referrer-Policy"] == "no-referrer"
    answer = browser.post(
        "/admin/login/",
        {
            "username": "a@b.example",
            "password": "x",
            "csrfmiddlewaretoken": page.context["csrf_token"],
        },
        headers={"Origin": "null" if told_to_hide else "http://testserver"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("who", ["superuser", "nobody"])
def test_without_a_store_one_is_welcomed(who, log_in, superuser, db):
    client = log_in(user=superuser if who == "superuser" else UserFactory())
    words = client.get("/admin/").content.decode()
    expected = "Make your first store" if who == "superuser" else "not a member of a store yet"
    assert expected in words
    assert client.get(reverse("admin:orders_order_changelist")).status_code == 302


LISTS = ["orders_order", "orders_customer"]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_fifty_costs_what_a_list_of_one_costs(name, owner, store):
    url = reverse(f"admin:{name}_changelist")
    costs = []
    for more in (1, 49):
        with store_scope(store.pk):
            for _ in range(more):
                OrderFactory(store=store, customer=CustomerFactory(store=store))
        owner.get(url)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert owner.get(url).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 15


def test_a_superuser_s_first_store_comes_with_its_flows(log_in, superuser):
    client = log_in(user=superuser)
    form = {
        **{"name": "Lipa", "slug": "lipa", "currency": "CZK", "country": "CZ"},
        **{"time_zone": "Europe/Prague", "default_language": "en", "languages": ["en", "cs"]},
        **{"color_primary": "#1f5d4c", "color_accent": "#f2e9dc"},
        "send_windows": "Monday 08:00-20:00",
    }
    url = reverse("admin:stores_store_add")
    pale = client.post(url, {**client.form, **form, "color_primary": "#aaeedd"})
    assert "hard to read" in pale.content.decode()
    assert client.post(url, {**client.form, **form}).status_code == 302
    made = Store.objects.get()
    assert made.send_windows == [[0, "08:00", "20:00"]]
    with store_scope(made.pk):
        assert Flow.objects.filter(key="review_request").exists()
    assert client.get("/admin/").context["request"].store == made


def test_a_flow_s_timing_is_changed_by_a_new_version(owner, store, now):
    install_flows(store=store, now=now)
    with store_scope(store.pk):
        flow = Flow.objects.get(key="review_request")
        first = flow.versions.get().definition["steps"]
    url = reverse("admin:flows_flow_change", args=[flow.pk])
    words = f"{first[-1]['key']}: 9 days at 9:30"
    wrong = owner.post(url, {**owner.form, "timing": "nonsense", "held_out": "0"})
    assert "names no step" in wrong.content.decode()
    assert owner.post(url, {**owner.form, "timing": words, "held_out": "5"}).status_code == 302
    flow.refresh_from_db()
    assert (flow.current_version, flow.holdout_bp) == (2, 500)
    with store_scope(store.pk):
        wait = flow.versions.get(number=2).definition["steps"][-1]["wait"]
    assert (wait["days"], wait["at"]) == (9, "09:30")
