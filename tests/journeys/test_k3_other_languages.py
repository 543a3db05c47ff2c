"""K3: mail in the customer's language; one that no mail is written in costs nobody a mail."""

import json
from io import StringIO

from django.core.management import call_command

from core import clock
from core.stores.scope import store_scope
from engagement.messages.models import LocalMail, Message, Tick
from tests.factories.journey import text_of


def test_a_mail_without_a_translation_goes_out_in_english_and_says_so(begin):
    journey = begin(slug="lipa", default_language="de", languages=["de", "fr", "en"])
    order = journey.buys(customer_locale="de-DE")
    parcel = journey.ships(order)
    journey.wait(days=1)
    journey.carrier_says(order, parcel, "in_transit")
    journey.wait(days=6)
    journey.carrier_says(order, parcel, "delivered")
    journey.wait(days=20)
    assert {"order_confirmation", "order_delayed", "review_request"} <= set(journey.sent())
    with store_scope(journey.store.pk):
        sent = Message.objects.filter(status=Message.Status.SENT)
        assert set(sent.values_list("language", flat=True)) == {"en"}
        assert not Message.objects.filter(status=Message.Status.FAILED).exists()
        assert LocalMail.objects.count() == sent.count()
    for mail in journey.mails():
        html = mail.get_body(("html",)).get_content()
        assert 'lang="en"' in html
        assert text_of(mail).strip()


def test_each_customer_is_written_to_in_their_own_language(begin):
    journey = begin(slug="lipa", default_language="cs", languages=["cs", "sk"])
    for number, locale in enumerate(("cs-CZ", "sk-SK"), 1):
        person = {"id": number, "email": f"p{number}@mail.example", "first_name": "Jana"}
        journey.buys(customer_locale=locale, customer=person, email=person["email"])
    czech, slovak = journey.mails()
    assert czech["Subject"].strip() == "Máme vaši objednávku č. 1001"
    assert slovak["Subject"].strip() == "Máme vašu objednávku č. 1002"
    assert 'lang="cs"' in czech.get_body(("html",)).get_content()
    assert "Ďakujeme za objednávku" in text_of(slovak)


def test_the_doctor_has_nothing_against_a_store_of_another_language(begin, settings):
    settings.REDIS_URL = ""
    begin(slug="lipa", default_language="de", languages=["de", "fr"])
    at = clock.real_now()
    Tick.objects.create(name="dispatch", slot=at, taken_at=at)
    out = StringIO()
    call_command("doctor", "--json", stdout=out)
    assert not [row for row in json.loads(out.getvalue()) if row["mark"] == "fail"]
