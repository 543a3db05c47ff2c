"""Beside the password, six digits from a telephone (A8)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.audit.models import AuditEntry
from core.stores.models import Membership, User
from core.stores.scope import store_scope
from tests.factories.stores import MembershipFactory

pytestmark = pytest.mark.django_db
ASK, SET_UP = "/admin/second-factor/", "/admin/second-factor/setup/"
PASSWORD = "a long enough password"
START = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def jana(store, clock) -> User:
    user = MembershipFactory(store=store).user
    user.set_password(PASSWORD)
    user.save()
    return user


def shown_by_the_app(user: User, *, confirmed: bool = True) -> str:
    """What the telephone shows: worked out from the key, as any app does."""
    key = TOTPDevice.objects.get(user=user, confirmed=confirmed).bin_key
    totp = TOTP(key)
    totp.time = datetime.now(UTC).timestamp()
    return f"{totp.token():06d}"


def with_password(user: User) -> Client:
    client = Client()
    answer = client.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.fixture
def codes(jana, clock) -> list[str]:
    """Jana has set it up; her recovery codes. Half a minute later, so that the next digits are new."""
    client = with_password(jana)
    assert "svg" in client.get(SET_UP).text
    code = shown_by_the_app(jana, confirmed=False)
    page = client.post(SET_UP, {"wish": "confirm", "code": f"{code[:3]} {code[3:]}"})
    assert client.get("/admin/").status_code == 200  # she need not prove it twice
    clock.shift(timedelta(seconds=30))
    return re.findall(r"<code[^>]*>([a-z0-9]+)</code>", page.text)


def test_the_password_alone_opens_nothing_any_more(jana, codes):
    client = with_password(jana)
    for path in ("/admin/", "/admin/orders/order/", SET_UP, "/admin/password_change/"):
        answer = client.get(path)
        assert (answer.status_code, answer.url) == (302, ASK)
    assert client.post("/admin/store/", {"store": "x"}).url == ASK
    assert client.post(ASK, {"code": shown_by_the_app(jana)}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_code_works_once(jana, codes):
    code = shown_by_the_app(jana)
    assert with_password(jana).post(ASK, {"code": code}).status_code == 302
    seen_over_the_shoulder = with_password(jana).post(ASK, {"code": code})
    assert seen_over_the_shoulder.status_code == 422
    assert "not the ones" in seen_over_the_shoulder.text


def test_old_digits_and_words_let_nobody_in(jana, codes, clock):
    old = shown_by_the_app(jana)
    clock.shift(timedelta(minutes=5))
    client = with_password(jana)
    for code in (old, "", "abc", "-1", "0" * 400, "12345é"):
        assert client.post(ASK, {"code": code}).status_code == 422
    assert client.get("/admin/").status_code == 302


def test_a_recovery_code_lets_in_once(jana, codes):
    assert len(set(codes)) == 10
    assert with_password(jana).post(ASK, {"code": f" {codes[0].upper()} "}).status_code == 302
    assert with_password(jana).post(ASK, {"code": codes[0]}).status_code == 422
    assert with_password(jana).post(ASK, {"code": codes[1]}).status_code == 302


def test_guessing_is_stopped(jana, codes):
    client = with_password(jana)
    # One of the ten went on setting it up.
    answers = [client.post(ASK, {"code": f"{n:06d}"}).status_code for n in range(10)]
    assert answers[:9] == [422] * 9
    refused = client.post(ASK, {"code": shown_by_the_app(jana)})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_a_new_session_begins_with_the_second_step(jana, codes):
    client = with_password(jana)
    before = client.session.session_key
    client.post(ASK, {"code": shown_by_the_app(jana)})
    assert client.session.session_key != before


def test_new_recovery_codes_make_the_old_ones_worthless(jana, codes, clock):
    client = with_password(jana)
    client.post(ASK, {"code": shown_by_the_app(jana)})
    clock.shift(timedelta(seconds=30))
    assert client.post(SET_UP, {"wish": "codes", "code": "000000"}).status_code == 422
    page = client.post(SET_UP, {"wish": "codes", "code": shown_by_the_app(jana)})
    fresh = re.findall(r"<code[^>]*>([a-z0-9]+)</code>", page.text)
    assert with_password(jana).post(ASK, {"code": codes[5]}).status_code == 422
    assert with_password(jana).post(ASK, {"code": fresh[5]}).status_code == 302


def test_it_is_switched_off_only_with_a_code(jana, codes, clock):
    client = with_password(jana)
    client.post(ASK, {"code": shown_by_the_app(jana)})
    clock.shift(timedelta(seconds=30))
    assert client.post(SET_UP, {"wish": "off", "code": ""}).status_code == 422
    assert client.post(SET_UP, {"wish": "off", "code": shown_by_the_app(jana)}).status_code == 302
    assert with_password(jana).get("/admin/").status_code == 200


def test_a_store_may_ask_all_its_members(store, jana):
    store.asks_second_factor = True
    store.save()
    client = with_password(jana)
    assert client.get("/admin/").url == SET_UP
    page = client.get(SET_UP)
    assert "Lipa asks all its members" in page.text
    code = shown_by_the_app(jana, confirmed=False)
    assert client.post(SET_UP, {"wish": "confirm", "code": code}).status_code == 200
    assert client.get("/admin/").status_code == 200


def test_an_owner_forgets_it_for_a_lost_telephone_and_it_is_written_down(store, owner, jana, codes):
    number = Membership.objects.get(user=jana).pk
    page = owner.get(f"/admin/stores/membership/{number}/change/")
    url = re.search(r'href="([^"]*forget_?-?second[^"]*)"', page.text)[1]
    assert owner.post(url, {**owner.form, "confirmed": "yes"}).status_code == 302
    assert with_password(jana).get("/admin/").status_code == 200
    with store_scope(store.pk):
        assert AuditEntry.objects.filter(action__contains="forget_second_factor").exists()


def test_one_store_cannot_weaken_an_account_of_two(store, other_store, owner, jana, codes):
    member = MembershipFactory(user=jana, store=other_store)
    page = owner.get("/admin/stores/membership/")
    assert page.status_code == 200
    own = next(
        row
        for row in re.findall(r"/admin/stores/membership/(\d+)/change/", page.text)
        if int(row) != member.pk
    )
    assert "forget" not in owner.get(f"/admin/stores/membership/{own}/change/").text


def test_strangers_find_a_login_page(client):
    for path in (ASK, SET_UP):
        assert client.get(path).url.startswith("/admin/login/")
