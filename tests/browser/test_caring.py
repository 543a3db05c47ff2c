"""A guide is read and answered, and a warranty claimed, in a real browser: by keyboard, without a script."""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PIL import Image

from core.clock import real_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.guides.models import Guide, GuideAnswer, GuideStep
from engagement.guides.operations.publish_guide import publish_guide
from orders.models import Claim, ClaimRule, WarrantyParty, WarrantyTerms
from orders.operations.settle_guarantees import settle_guarantees
from orders.warranty.links import guarantee_token, party_token
from tests.factories.orders import CustomerFactory, OrderFactory, OrderLineFactory, ProductFactory

LANGUAGES = ["en", "cs", "sk", "sl", "fi"]


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def lamp(store: Store) -> SimpleNamespace:
    """A lamp that arrived, with its guide, its guarantee and who mends it."""
    store.languages = LANGUAGES
    store.save()
    now = real_now()
    with store_scope(store.pk):
        product = ProductFactory(store=store, title="Lamp")
        order = OrderFactory(
            store=store,
            customer=CustomerFactory(store=store, locale="en"),
            placed_at=now - timedelta(days=3),
            delivered_at=now - timedelta(days=1),
            shipping_address={"name": "Jana Nováková", "street": "Dlouhá 2", "country": "CZ"},
        )
        line = OrderLineFactory(store=store, order=order, product=product, title="Lamp")
        settle_guarantees(order_id=order.pk, now=now)
        party = WarrantyParty.objects.create(
            store=store, name="Fix & Co", kind="service", email="fix@mend.example"
        )
        ClaimRule.objects.create(store=store, position=1, party=party)
        WarrantyTerms.objects.create(store=store, months=36, product=product)
        guide = Guide.objects.create(
            store=store, product=product, title={"en": "Your lamp"}, minutes=3, created_at=now
        )
        for number, title in enumerate(("Unpack it", "Switch it on"), start=1):
            GuideStep.objects.create(
                store=store, guide=guide, position=number, title={"en": title}, text={"en": "So."}
            )
        publish_guide(guide=guide, by="x", now=now)
        row = line.guarantees.get()
    stem = f"/portal/{store.slug}"
    return SimpleNamespace(
        store=store,
        guide=f"{stem}/guides/{guide.public_id}/",
        warranty=f"{stem}/warranty/{guarantee_token(row)}/",
        register=f"{stem}/register/{product.public_id}/",
    )


def claim_of(lamp) -> Claim:
    with store_scope(lamp.store.pk):
        return Claim.objects.select_related("party").get()


def photo() -> dict:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "PNG")
    return {"name": "lamp.png", "mimeType": "image/png", "buffer": out.getvalue()}


def test_a_guide_is_read_and_its_no_is_said_by_keyboard(visit, lamp):
    visitor = visit(width=390)
    page = visitor.opens(lamp.guide)
    page.get_by_text("No, something is missing").focus()
    page.keyboard.press("Enter")
    page.get_by_label("What was missing?").fill("Which bulb?")
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Thank you for telling us").wait_for()
    with store_scope(lamp.store.pk):
        assert GuideAnswer.objects.get().missing == "Which bulb?"


def test_a_claim_goes_to_who_mends_it_and_its_answer_comes_back_by_keyboard(visit, lamp):
    visitor = visit(width=390)
    page = visitor.opens(lamp.warranty)
    page.get_by_label("What is wrong with it?").fill("It flickers")
    page.get_by_label("Pictures").set_input_files(photo())
    page.get_by_role("button", name="Send the claim").focus()
    page.keyboard.press("Enter")
    page.get_by_text("We are looking at it.").wait_for()
    claim = claim_of(lamp)
    mender = visit(width=390)
    theirs = mender.opens(f"/portal/{lamp.store.slug}/party/{party_token(claim)}/")
    assert theirs.get_by_text("Dlouhá").count() == 0
    theirs.get_by_label("We do not: see the reason").focus()
    theirs.keyboard.press("Space")
    theirs.get_by_label("Reason, if you do not take it on").fill("The bulb is spent.")
    theirs.get_by_role("button", name="Send the answer").focus()
    theirs.keyboard.press("Enter")
    theirs.get_by_text("It is closed.").wait_for()
    page.reload()
    page.get_by_text("The bulb is spent.").wait_for()
    assert claim_of(lamp).status == "refused"


@pytest.mark.parametrize("width", [390, 1100])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stands_in_anybody_s_way(visit, lamp, language, width):
    visitor = visit(width=width)
    page = visitor.opens(lamp.warranty)
    page.get_by_role("textbox").first.fill("It flickers")
    page.locator("main button[type=submit]").last.click()
    page.locator("#claims").wait_for()
    party = f"/portal/{lamp.store.slug}/party/{party_token(claim_of(lamp))}/"
    for path in (lamp.guide, lamp.warranty, lamp.register, party):
        visitor.opens(f"{path}?lang={language}")
        assert visitor.barriers(least="minor") == [], path
        assert not visitor.scrolls_sideways(), path
