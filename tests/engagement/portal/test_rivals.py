"""Twenty at once at one door: one gets in, and five guesses are looked at. PostgreSQL only."""

import statistics
import time

import pytest
from django.test import Client

from core.limits.models import LimitWindow
from core.stores.scope import store_scope
from engagement.portal.models import LoginRequest, PortalSession
from tests.engagement.messages.at_once import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
RIVALS = 20


def copies(client: Client) -> list[Client]:
    """The same browser, many times over."""
    made = [Client() for _ in range(RIVALS)]
    for copy in made:
        copy.cookies = client.cookies.copy()
    return made


def test_of_twenty_presses_at_once_one_gets_in(shop, jana, ask, link_and_digits):
    client = ask()
    path, _digits = link_and_digits()
    answers: list[int] = []
    at_once(*(lambda c=copy: answers.append(c.post(path).status_code) for copy in copies(client)))
    assert sorted(answers) == [302] + [410] * (RIVALS - 1)
    with store_scope(shop.pk):
        assert PortalSession.objects.count() == 1


def test_of_link_and_digits_at_once_one_gets_in(shop, jana, ask, link_and_digits):
    client = ask()
    path, digits = link_and_digits()
    page = client.answer.url
    one, other, *_ = copies(client)
    at_once(lambda: one.post(path), lambda: other.post(page, {"code": digits}))
    with store_scope(shop.pk):
        assert PortalSession.objects.count() == 1


def test_however_many_guess_at_once_five_are_looked_at(shop, jana, ask, link_and_digits):
    client = ask()
    _path, digits = link_and_digits()
    page = client.answer.url
    wrong = [f"{(int(digits) + n) % 10**6:06d}" for n in range(1, 11)]

    def guess(copy: Client) -> None:
        for code in wrong:
            assert copy.post(page, {"code": code}).status_code == 422

    at_once(*(lambda c=copy: guess(c) for copy in copies(client)), seconds=60)
    assert client.post(page, {"code": digits}).status_code == 422
    with store_scope(shop.pk):
        assert LoginRequest.objects.get().tries == 5
        assert not PortalSession.objects.exists()


def test_the_answer_takes_as_long_for_strangers(shop, jana, ask):
    """A4: medians differ by less than 10 ms. The bound is far above what a busy machine adds to a
    median of a hundred, and far below what finding the order and writing a mail would take."""
    took: dict[bool, list[float]] = {True: [], False: []}
    for n in range(200):
        is_known = n % 2 == 0
        # A network and an address of their own each time, or the limits would answer.
        number, email = ("1001", "jana@mail.example") if is_known else ("9999", f"{n}@mail.example")
        with store_scope(shop.pk):
            LoginRequest.objects.all().delete()
        client = Client(REMOTE_ADDR=f"10.0.{n}.1")
        LimitWindow.objects.all().delete()
        began = time.perf_counter()
        ask(number=number, email=email, client=client)
        took[is_known].append(time.perf_counter() - began)
        assert client.answer.status_code == 302
    known, unknown = (statistics.median(took[is_known]) for is_known in (True, False))
    assert known > 0
    assert abs(known - unknown) < 0.010
