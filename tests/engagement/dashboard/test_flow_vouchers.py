"""The lines in which a merchant says what a flow gives along."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.stores.scope import store_scope
from engagement.dashboard.flow_vouchers import read_vouchers, write_vouchers
from engagement.flows.catalog.birthday import FLOW as BIRTHDAY
from engagement.flows.catalog.review_request import FLOW as REVIEW
from engagement.flows.definition import BadDefinition, Definition, Gift
from engagement.flows.models import Flow
from engagement.flows.operations.install_flows import install_flows

terms = {"minimum_minor": st.integers(0, 10**7), "valid_days": st.integers(1, 3660)}
words = st.from_regex(r"[A-Za-z][a-z ]{0,20}[a-z]", fullmatch=True)
gifts = st.one_of(
    st.builds(Gift, kind=st.just("percent"), percent=st.integers(1, 100), **terms),
    st.builds(Gift, kind=st.just("value"), amount_minor=st.integers(1, 10**7), **terms),
    st.builds(Gift, kind=st.just("free_delivery"), **terms),
    st.builds(Gift, kind=st.just("gift"), gift=words, **terms),
)


@given(gifts, st.sampled_from(["CZK", "JPY"]))
def test_what_is_written_reads_back(gift, currency):
    flow = read_vouchers("wish: 5 %", BIRTHDAY, currency=currency)
    flow = Definition.from_json({**flow.to_json(), "steps": [
        {**flow.to_json()["steps"][0], "voucher": {n: getattr(gift, n) for n in gift.__slots__}}
    ]})  # fmt: skip
    text = write_vouchers(flow, currency=currency)
    assert read_vouchers(text, BIRTHDAY, currency=currency) == flow


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("wish: a hug", "cannot be read"),
        ("wish: 10 %, soon", "cannot be read"),
        ("wish: 0 %", "worth"),
        ("wish: 1.2.3 off", "no amount"),
        ("wish: 10 %, 9999 days", "valid for"),
        ("nobody: 10 %", "names no mail"),
        ("10 %", "names no mail"),
    ],
)
def test_what_cannot_be_read_is_said(line, says):
    with pytest.raises(BadDefinition, match=says):
        read_vouchers(line, BIRTHDAY, currency="CZK")
    with pytest.raises(BadDefinition, match="none can"):
        read_vouchers("ask: 10 %", REVIEW, currency="CZK")


def test_a_merchant_sets_it_and_takes_it_out_again(owner, store, now):
    install_flows(store=store, now=now)
    with store_scope(store.pk):
        flow = Flow.objects.get(key="birthday")
    page = reverse("admin:flows_flow_change", args=[flow.pk])
    form = {**owner.form, "held_out": "0", "timing": "wish: 0 days at 08:00"}

    def current() -> Definition:
        with store_scope(store.pk):
            row = Flow.objects.get(pk=flow.pk)
            return Definition.from_json(row.versions.get(number=row.current_version).definition)

    answer = owner.post(page, {**form, "vouchers": "wish: 150 off, from 1000, 14 days"})
    assert answer.status_code == 302, answer.context["errors"]
    (step,) = current().steps
    assert (step.wait.at, step.voucher) == (
        "08:00", Gift(kind="value", amount_minor=15000, minimum_minor=100000, valid_days=14),
    )  # fmt: skip
    assert "150.00 off, from 1000.00, 14 days" in owner.get(page).content.decode()
    refused = owner.post(page, {**form, "vouchers": "wish: the moon"})
    assert "cannot be read" in str(refused.context["errors"])
    owner.post(page, {**form, "vouchers": ""})
    assert current().steps[0].voucher is None
