"""What the wizard's pages show, as plain rows for the templates."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise

from engagement.portal.returns.draft import Draft, handle
from engagement.portal.returns.words import MISSING, OUTCOMES, WAYS, WHO_LOOKS, WHY_NOT
from orders.models import Order, Variant
from orders.returns.offer import ItemRuling
from orders.returns.quote import Picked, outcomes_of, quote
from orders.returns.reasons import reasons_of

Row = dict[str, object]


def problem(why: str) -> str | Promise:
    """A refusal in words."""
    return MISSING.get(why) or WHY_NOT.get(why) or MISSING["quantity"]


def item_shown(*, item: ItemRuling, order: Order, draft: Draft) -> Row:
    """One line of the first page, with why it cannot, or who looks at it."""
    name = handle(order=order, thing=item.line)
    return {
        "name": name,
        "line": item.line,
        "verdict": item.verdict,
        "why": WHY_NOT.get(item.reason, "") if item.verdict == "no" else "",
        "looks": WHO_LOOKS.get(item.reason, "") if item.verdict == "person" else "",
        "deadline": item.deadline,
        "is_estimated": item.is_estimated,
        "most": len(item.free),
        "is_taken": name in draft.taken,
        "quantity": draft.taken.get(name) or len(item.free),
    }


def line_asked(
    *,
    one: Picked,
    name: str,
    order: Order,
    draft: Draft,
    variants: Sequence[Variant],
    language: str,
) -> Row:
    """One chosen line of the second page: its reasons, and what it may be exchanged for."""
    policy = one.item.policy
    reasons = reasons_of(store_id=order.store_id, policy=policy)
    return {
        "name": name,
        "line": one.item.line,
        "quantity": one.wanted.quantity,
        "must_say": policy.asks_reason,
        "reason": draft.reasons.get(name, ""),
        "reasons": [(reason.key, reason.text(language)) for reason in reasons],
        "words": draft.words.get(name, ""),
        "instead": draft.instead.get(name, ""),
        "variants": [
            (
                handle(order=order, thing=variant),
                variant.title or str(variant),
                _dearer(one, variant),
            )
            for variant in variants
        ],
    }


def _dearer(one: Picked, variant: Variant) -> int:
    """What a piece of it costs more (or, negative, less) than what was paid."""
    told = Picked(item=one.item, wanted=one.wanted, numbers=one.numbers, variant=variant)
    return told.new_goods_minor - one.amount_minor


def outcomes_shown(
    *, picked: Sequence[Picked], variants: Mapping[int, Sequence[Variant]], draft: Draft
) -> list[Row]:
    """Each outcome with what it brings; an exchange only where each line has something to choose."""
    offered = [
        outcome
        for outcome in outcomes_of(picked)
        if outcome != "exchange" or all(variants[one.item.line.pk] for one in picked)
    ]
    refund = quote(picked=picked, outcome="refund")
    rows: list[Row] = []
    for outcome in offered or ["refund"]:
        told = quote(picked=picked, outcome=outcome)
        rows.append(
            {
                "key": outcome,
                "title": OUTCOMES[outcome],
                "quote": told,
                "more": told.back_minor - refund.back_minor if outcome == "credit" else 0,
                "is_chosen": draft.outcome == outcome,
            }
        )
    return rows


def ways_shown(*, ways: Sequence[str], draft: Draft) -> list[Row]:
    """How it may come back; the first is chosen where nothing was."""
    picked = draft.way if draft.way in ways else ways[0]
    return [
        {"key": way, "title": WAYS[way][0], "hint": WAYS[way][1], "is_chosen": way == picked}
        for way in ways
    ]
