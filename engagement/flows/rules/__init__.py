"""The send rules, as the engine asks for them (`engagement.messages.rules`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engagement.flows.case import Case
from engagement.flows.context.build import contexts_of
from engagement.flows.giving import givings_of
from engagement.flows.operations.give_vouchers import hand_out, set_aside, withheld
from engagement.flows.outsiders import OUTSIDE, TO_PARTY
from engagement.flows.rules.cases import cases_of
from engagement.flows.rules.checks import AT_MARK, CHECKS, first_objection
from engagement.flows.rules.grounds import grounds_of
from engagement.flows.rules.quiet_hours import hours_end
from engagement.flows.rules.read import read_known
from engagement.flows.rules.wishes import one_of_a_batch
from engagement.messages.models import Message
from engagement.messages.rules import Go, Ruling, SendRules, Skip, Wait
from engagement.preferences.languages import spoken_language


class FlowRules:
    """Whether a planned mail still makes sense, and what it is written from."""

    def judge(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Ruling]:
        """A ruling per message id; the number of queries does not depend on how many there are."""
        if not messages:
            return {}
        known = read_known(messages=messages, now=now)
        rulings: dict[int, Ruling] = {}
        going: list[Case] = []
        for case in cases_of(messages=messages, known=known, now=now):
            objection = first_objection(case=case, checks=CHECKS)
            if objection is None:
                going.append(case)
            else:
                rulings[case.message.pk] = objection
        contexts = contexts_of(cases=going)
        gives = givings_of(cases=going, now=now)
        for case in going:
            rulings[case.message.pk] = Go(
                to_email=case.email,
                to_name=_name(case),
                language=_language(case),
                context=contexts[case.message.pk],
                until=hours_end(case),
                gives=gives.get(case.message.pk),
                measures=case.store.track_clicks and case.person.may_be_measured(now=now),
            )
        return rulings

    def forbidden(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Skip | Wait]:
        """Who must not go after all, by message id: the same checks on what is true at MARK."""
        if not messages:
            return {}
        known = read_known(messages=messages, now=now)
        objections: dict[int, Skip | Wait] = {}
        going = []
        for case in cases_of(messages=messages, known=known, now=now):
            if (objection := first_objection(case=case, checks=AT_MARK)) is not None:
                objections[case.message.pk] = objection
            else:
                going.append(case)
        return objections | one_of_a_batch(going)

    def make(self, *, gives: Mapping[int, Any], now: datetime) -> Mapping[int, Mapping[str, Any]]:
        """The vouchers that these mails give along, set aside."""
        made = set_aside(gives=gives, now=now)
        return {pk: {"voucher": voucher} for pk, voucher in made.items()}

    def withheld(self, *, gives: Mapping[int, Any], now: datetime) -> Mapping[int, Wait]:
        """Whose voucher must not be given any more."""
        return withheld(gives=gives, now=now)

    def hand_out(self, *, gives: Mapping[int, Any], now: datetime) -> None:
        """The vouchers of these mails are valid from now on."""
        hand_out(gives=gives, now=now)

    def grounds(self, *, marketing: bool) -> str | None:
        """What `forbidden` reads, as SQL; see `grounds_of`."""
        return grounds_of(marketing=marketing)


def _name(case: Case) -> str:
    if case.message.flow in OUTSIDE:
        party = case.claim.party if case.claim is not None else None
        return party.name if case.message.flow == TO_PARTY and party else case.store.name
    if case.customer is not None:
        return case.customer.full_name
    address = (case.order.billing_address or case.order.shipping_address) if case.order else {}
    return str((address or {}).get("name", ""))


def _language(case: Case) -> str:
    if case.message.flow in OUTSIDE:
        party = case.claim.party if case.claim is not None else None
        if case.message.flow == TO_PARTY and party is not None:
            return party.language
        return case.store.default_language
    address = (case.order.shipping_address or {}) if case.order else {}
    country = str(address.get("country", "")) or (case.customer.country if case.customer else "")
    return spoken_language(
        customer_locale=(case.customer.language or case.customer.locale) if case.customer else "",
        order_locale=case.order.locale if case.order else "",
        country=country,
        languages=case.store.languages,
        default=case.store.default_language,
    )


RULES: SendRules = FlowRules()
