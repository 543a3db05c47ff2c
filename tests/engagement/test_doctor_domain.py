"""`doctor --domain`: every record that receivers look at, with a DNS of our own."""

import io

import dns.exception
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from core.clock import real_now
from core.stores.scope import store_scope
from engagement.doctor import dns_records, domain
from engagement.doctor.spf import lets_everybody, lookups_of
from engagement.messages.delivery.accounts import LOCAL_MAILBOX, account_of, signer_of
from engagement.messages.delivery.dkim import new_key, record_name, record_text
from engagement.messages.operations.make_dkim_key import make_dkim_key

SMTP = "django.core.mail.backends.smtp.EmailBackend"
SPF, DMARC, MX = {"TXT": ["v=spf1 mx -all"]}, {"TXT": ["v=DMARC1; p=none"]}, ["10 mx.lipa.example"]


def zone(**changes):
    """The records of lipa.example in good order, with changes; underscores stand for dots."""
    names = {"lipa_example": {**SPF, "MX": MX}, "_dmarc_lipa_example": DMARC, **changes}
    return lambda name, kind: names.get(name.replace(".", "_"), {}).get(kind, [])


@pytest.fixture
def smtp(store, settings):
    settings.EMAIL_BACKEND = SMTP
    return store


def said(lookup) -> list[tuple[str, str]]:
    return [(one.mark, one.found) for one in domain.examine(now=real_now(), lookup=lookup)]


CHAIN = {f"i{n}_example": {"TXT": [f"v=spf1 include:i{n + 1}.example -all"]} for n in range(12)}
CASES = [
    ({}, "ok", "SPF, DMARC and MX are there."),
    ({"lipa_example": {"MX": MX}}, "fail", "It has 0 SPF records"),
    ({"lipa_example": {"TXT": ["v=spf1 -all"] * 2, "MX": MX}}, "fail", "It has 2 SPF records"),
    ({"lipa_example": {"TXT": ["v=spf1 +all"], "MX": MX}}, "fail", "lets everybody send"),
    ({"lipa_example": {"TXT": ["v=spf10 -all"], "MX": MX}}, "fail", "It has 0 SPF records"),
    (
        {"lipa_example": {"TXT": ["v=spf1 include:i0.example -all"], "MX": MX}, **CHAIN},
        "fail",
        "needs 13 look-ups; receivers stop at 10",
    ),
    ({"_dmarc_lipa_example": {}}, "fail", "It has 0 DMARC records"),
    ({"_dmarc_lipa_example": {"TXT": ["v=DMARC1"]}}, "fail", "names no policy"),
    ({"_dmarc_lipa_example": {"TXT": ["v=DMARC1; p=none"] * 2}}, "fail", "It has 2 DMARC"),
    ({"lipa_example": {**SPF, "MX": ["0 ."]}}, "fail", "takes no mail (a null MX): bounces"),
    ({"lipa_example": SPF}, "fail", "no MX record and no address: bounces"),
    ({"lipa_example": {**SPF, "A": ["192.0.2.1"]}}, "ok", "are there"),
]


@pytest.mark.parametrize(("changes", "mark", "words"), CASES)
def test_what_the_doctor_says_of_a_domain(smtp, changes, mark, words):
    [(found_mark, found)] = said(zone(**changes))
    assert found_mark == mark
    assert words in found


def test_a_domain_below_another_takes_the_dmarc_record_above(smtp):
    smtp.sender_email = "hello@mail.lipa.example"
    smtp.reply_to = ""
    smtp.save()
    [(mark, _)] = said(zone(mail_lipa_example={**SPF, "MX": MX}))
    assert mark == "ok"


def test_answers_need_a_place_too(smtp):
    smtp.reply_to = "care@nowhere.example"
    smtp.save()
    [(mark, found)] = said(zone())
    assert (mark, "nowhere.example" in found, "answers" in found) == ("fail", True, True)


def test_our_key_must_be_published_as_it_is_and_for_the_senders_domain(smtp):
    with store_scope(smtp.pk):
        account = account_of(store=smtp)
        make_dkim_key(account=account, domain="lipa.example", now=real_now())
        account.refresh_from_db()
        pem = signer_of(account).pem
    name = record_name(domain="lipa.example", selector=account.dkim_selector).replace(".", "_")
    assert "There is no record" in said(zone())[0][1]
    assert "holds another key" in said(zone(**{name: {"TXT": [record_text(new_key())]}}))[0][1]
    assert "holds another key" in said(zone(**{name: {"TXT": ["v=DKIM1; p="]}}))[0][1]
    right = {name: {"TXT": ["unrelated", record_text(pem)]}}
    [(mark, found)] = said(zone(**right))
    assert (mark, "Our DKIM key is published" in found) == ("ok", True)
    smtp.sender_email = "hello@shop.lipa.example"
    smtp.reply_to = ""
    smtp.save()
    below = {"shop_lipa_example": {**SPF, "MX": MX}}
    assert [mark for mark, _ in said(zone(**right, **below))] == ["ok"]
    strict = {"_dmarc_lipa_example": {"TXT": ["v=DMARC1; p=none; adkim=s"]}}
    assert "DMARC does not count it" in said(zone(**right, **below, **strict))[0][1]


def test_a_dns_that_does_not_answer_is_a_warning(smtp, settings):
    def silent(name: str, kind: str) -> list[str]:
        raise dns.exception.Timeout

    assert [mark for mark, _ in said(silent)] == ["warn"]
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    assert said(silent) == []


def test_the_command_looks_at_domains_only_and_fails_where_one_does(smtp, monkeypatch):
    monkeypatch.setattr(domain.examine, "__kwdefaults__", {"lookup": zone(), "only": ""})
    out = io.StringIO()
    call_command("doctor", "--domain", stdout=out)
    assert "domain lipa.example" in out.getvalue()
    assert "database" not in out.getvalue()
    with pytest.raises(CommandError, match="3 of 3 checks failed"):
        call_command("doctor", "--domain", "other.example", stdout=io.StringIO())


def test_the_machines_own_resolver_is_asked_for_the_right_kinds(monkeypatch):
    asked = []

    def resolve(name, kind, lifetime):
        asked.append((name, kind))
        raise dns.resolver.NoAnswer

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    for kind in ("TXT", "MX", "A"):
        assert dns_records.lookup("lipa.example", kind) == []
    assert asked == [("lipa.example", kind) for kind in ("TXT", "MX", "A")]


@given(st.lists(st.text(max_size=60), max_size=4))
def test_no_record_breaks_the_reading(records):
    def lookup(name: str, kind: str) -> list[str]:
        return [f"v=spf1 {text}" for text in records]

    assert 0 <= lookups_of("lipa.example", lookup=lookup) < 100
    assert isinstance(lets_everybody(" ".join(records)), bool)
