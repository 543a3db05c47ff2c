"""A guarantee's page: who has its link sees it, claims it, and sees how that goes."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core.stores.scope import store_scope
from orders.models import Claim, Customer, Guarantee
from orders.operations.answer_claim import refuse_claim
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def photo(name: str = "a.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue())


def claim_of(bought) -> Claim:
    with store_scope(bought.row.store_id):
        return Claim.objects.get()


def test_the_order_s_page_leads_to_it_and_it_says_until_when(bought, inside):
    order_page = f"/portal/{bought.row.store.slug}/orders/{bought.order.public_id}/"
    assert bought.page in inside.get(order_page).text
    shown = Client().get(bought.page).text
    assert "3 March 2028" in shown
    assert "§ 2165" in shown
    assert "Dlouhá" not in shown


def test_claiming_keeps_pictures_and_shows_how_it_goes(bought):
    client = Client()
    client.get(bought.page + "?what=x&withdraw=x")
    data = {"what": "It leaks <b>", "photos": [photo(), photo("b.png")]}
    answer = client.post(bought.page, data)
    assert (answer.status_code, answer.url) == (302, f"{bought.page}#claims")
    claim = claim_of(bought)
    shown = client.get(bought.page).text
    assert "It leaks &lt;b&gt;" in shown
    assert "We are looking at it." in shown
    assert "2 April 2026" in shown  # settled by
    with store_scope(bought.row.store_id):
        first = claim.photos.first()
    picture = client.get(f"{bought.page}photos/{first.public_id}/")
    assert b"".join(picture.streaming_content).startswith(b"\xff\xd8\xff")
    assert picture["X-Content-Type-Options"] == "nosniff"
    again = client.post(bought.page, {"what": "Once more"})
    assert again.status_code == 409
    assert "There is a claim about it already" in again.text
    with store_scope(bought.row.store_id):
        refuse_claim(claim=claim, reason="Water got in.", by="x", now=NOON)
    shown = client.get(bought.page).text
    assert "We could not accept it." in shown
    assert "Water got in." in shown


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"what": ""}, "Please fill this in."),
        ({"what": "x" * 2001}, "2000"),
        ({"what": "x", "photos": [SimpleUploadedFile("a.jpg", b"<svg/>")]}, "no picture that we"),
        ({"what": "x", "photos": [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(7)]}, "six"),
    ],
)
def test_what_cannot_be_taken_is_said_in_words(bought, data, says):
    answer = Client().post(bought.page, data)
    assert answer.status_code == 422
    assert says in answer.text
    with store_scope(bought.row.store_id):
        assert not Claim.objects.exists()


def test_it_is_taken_back_by_a_press(bought):
    Client().post(bought.page, {"what": "It leaks"})
    claim = claim_of(bought)
    for nonsense in ("x", str(bought.row.public_id)):
        Client().post(bought.page, {"withdraw": nonsense})
    Client().get(f"{bought.page}?withdraw={claim.public_id}")
    assert claim_of(bought).status == "waiting"
    Client().post(bought.page, {"withdraw": str(claim.public_id)})
    assert claim_of(bought).status == "withdrawn"
    assert "You took it back." in Client().get(bought.page).text


def test_one_piece_is_claimed_so_often_a_day_and_no_oftener(bought):
    for _ in range(5):
        assert Client().post(bought.page, {"what": "x"}).status_code == 302
        with store_scope(bought.row.store_id):
            open_one = Claim.objects.get(closed_at__isnull=True)
        Client().post(bought.page, {"withdraw": str(open_one.public_id)})
    answer = Client().post(bought.page, {"what": "x"})
    assert answer.status_code == 429
    assert "often enough" in answer.text
    assert int(answer["Retry-After"]) > 0


def test_links_that_open_nothing(bought, other_store):
    token = bought.page.split("/")[-2]
    assert Client().get(f"/portal/{other_store.slug}/warranty/{token}/").status_code == 404
    assert Client().get(bought.page.replace(token, token[::-1])).status_code == 404
    with store_scope(bought.row.store_id):
        Guarantee.objects.update(link_epoch=1)
    assert Client().get(bought.page).status_code == 404
    with store_scope(bought.row.store_id):
        Guarantee.objects.update(link_epoch=0)
        Customer.objects.update(erased_at=NOON)
    assert Client().get(bought.page).status_code == 404


@pytest.mark.parametrize(
    ("code", "asks"),
    [
        ("en", "What is wrong with it?"),
        ("cs", "Co je s tím?"),
        ("sk", "Čo s tým je?"),
        ("sl", "Kaj je narobe?"),
        ("fi", "Mikä siinä on vialla?"),
    ],
)
def test_it_speaks_five_languages(bought, code, asks):
    assert asks in Client().get(f"{bought.page}?lang={code}").text


def test_the_page_costs_the_same_however_many_claims(bought, django_assert_max_num_queries):
    for _ in range(4):
        Client().post(bought.page, {"what": "x", "photos": [photo()]})
        with store_scope(bought.row.store_id):
            for claim in Claim.objects.filter(closed_at__isnull=True):
                refuse_claim(claim=claim, reason="no", by="x", now=NOON)
    with django_assert_max_num_queries(8):
        Client().get(bought.page)
