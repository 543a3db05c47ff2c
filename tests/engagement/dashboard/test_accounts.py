"""A merchant connects a provider: its checks are asked at once, and it learns where to report."""

import json
import re

from django.urls import reverse

from core.secrets import decrypt
from core.stores.scope import store_scope
from engagement.messages.models import ProviderAccount

ADD = reverse("admin:engagement_messages_provideraccount_add")


def add(owner, **fields):
    typed = {
        "name": "Mails",
        "backend": "",
        "rate_per_second": "5",
        "mark_batch": "1",
        "connections": 1,
        **fields,
    }
    return owner.post(ADD, {**owner.form, **typed})


def only_account(store) -> ProviderAccount:
    with store_scope(store.pk):
        return ProviderAccount.objects.get()


def page_of(account) -> str:
    return reverse("admin:engagement_messages_provideraccount_change", args=[account.pk])


def test_the_page_says_where_the_provider_is_to_report(owner, client, store):
    backend = "anymail.backends.postmark.EmailBackend"
    add(owner, backend=backend, credentials=json.dumps({"server_token": "t"}))
    account = only_account(store)
    page = owner.get(page_of(account), owner.form).content.decode()
    address = re.search(r"https?://[^\s<]+(/hooks/mail/postmark/[\w-]{43}/)", page)[1]
    body = {"RecordType": "Delivery", "MessageID": "1", "DeliveredAt": "2026-03-03T12:00:00Z"}
    assert client.post(address, body, content_type="application/json").status_code == 200


def test_credentials_the_provider_cannot_use_are_refused_in_words(owner, store):
    backend = "anymail.backends.postmark.EmailBackend"
    missing = add(owner, backend=backend, credentials="{}")
    assert "The provider asks for more" in missing.content.decode()
    unknown = add(
        owner, backend="django.core.mail.backends.smtp.EmailBackend", credentials='{"fail": 1}'
    )
    assert "takes no “fail”" in unknown.content.decode()
    with store_scope(store.pk):
        assert not ProviderAccount.objects.filter(name="Mails").exists()


def test_amazon_ses_can_be_chosen_and_names_its_topic(owner, store):
    backend = "anymail.backends.amazon_ses.EmailBackend"
    options = {"region_name": "eu-central-1", "aws_access_key_id": "k"}
    typed = {"backend": backend, "credentials": json.dumps({"client_params": options})}
    answer = add(owner, **typed)
    assert answer.status_code == 302, answer.content.decode()
    account = only_account(store)
    change = {
        "name": "Mails",
        "backend": backend,
        "rate_per_second": "5",
        "mark_batch": "1",
        "connections": "4",
    }
    refused = owner.post(page_of(account), {**owner.form, **change, "sns_topic": "mine"})
    assert "not the ARN of an SNS topic" in refused.content.decode()
    topic = "arn:aws:sns:eu-central-1:123456789012:mail"
    owner.post(page_of(account), {**owner.form, **change, "sns_topic": f" {topic} "})
    assert only_account(store).sns_topic == topic


def test_a_signing_key_is_sealed_kept_and_asked_for(owner, client, store):
    backend = "anymail.backends.mailgun.EmailBackend"
    add(
        owner,
        backend=backend,
        credentials=json.dumps({"api_key": "k", "sender_domain": "d.example"}),
    )
    account = only_account(store)
    change = {
        "name": "Mails",
        "backend": backend,
        "rate_per_second": "5",
        "mark_batch": "1",
        "connections": "4",
    }
    owner.post(page_of(account), {**owner.form, **change, "feedback_key": "signed-with-this\n"})
    owner.post(page_of(account), {**owner.form, **change, "feedback_key": ""})
    account = only_account(store)
    assert "signed-with-this" not in account.feedback_key_sealed
    assert decrypt(account.feedback_key_sealed) == "signed-with-this"
    assert "signed-with-this" not in owner.get(page_of(account), owner.form).content.decode()
    url = reverse("mail-hook", args=["mailgun", decrypt(account.hook_sealed)])
    forged = {"signature": {"timestamp": "1", "token": "t", "signature": "0" * 64}}
    assert client.post(url, forged, content_type="application/json").status_code == 401


def test_an_owner_makes_a_signing_key_and_reads_the_record_never_the_key(owner, store):
    add(owner, backend="django.core.mail.backends.smtp.EmailBackend", credentials="{}")
    account = only_account(store)
    press = reverse("admin:engagement_messages_provideraccount_make_key", args=[account.pk])
    assert "TXT record" in owner.get(press).content.decode()
    assert only_account(store).dkim_key_sealed == ""
    owner.post(press, {**owner.form, "confirmed": "yes"})
    account = only_account(store)
    page = owner.get(page_of(account)).content.decode()
    assert f"{account.dkim_selector}._domainkey.lipa.example" in page
    assert "v=DKIM1; k=rsa; p=MIIBI" in page
    assert "PRIVATE KEY" not in page
    assert account.dkim_key_sealed not in page
    stop = reverse("admin:engagement_messages_provideraccount_stop_signing", args=[account.pk])
    owner.post(stop, {**owner.form, "confirmed": "yes"})
    assert only_account(store).dkim_key_sealed == ""
