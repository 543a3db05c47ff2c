"""What a customer has filled in so far. It travels in the form itself: nothing is kept until it is sent."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from core.secrets import new_token
from orders.models import Order, OrderLine, Variant
from orders.returns.case import Wanted
from orders.returns.offer import ItemRuling, ReturnOffer
from orders.returns.quote import Picked

ONCE = 64
WORDS = 500
NOTE = 1000


def handle(*, order: Order, thing: OrderLine | Variant) -> str:
    """How the form calls a line or a variant: no row number leaves the house (decision 0001)."""
    told = f"{order.public_id}:{type(thing).__name__}:{thing.external_id}"
    return hashlib.sha256(told.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """By handle of a line: how much, why, in which words, and which variant instead (its handle)."""

    once: str
    taken: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""
    way: str = ""
    note: str = ""

    def hidden(self, *, without: Sequence[str]) -> list[tuple[str, str]]:
        """The fields to carry to the next page, but for those that it asks for itself."""
        rows = [("once", self.once)]
        if "take" not in without:
            rows += [(f"take-{name}", "1") for name in self.taken]
            rows += [(f"quantity-{name}", value) for name, value in self.taken.items()]
        if "why" not in without:
            rows += [(f"reason-{name}", value) for name, value in self.reasons.items()]
            rows += [(f"words-{name}", value) for name, value in self.words.items()]
            rows += [(f"instead-{name}", value) for name, value in self.instead.items()]
            rows.append(("outcome", self.outcome))
        if "way" not in without:
            rows += [("way", self.way), ("note", self.note)]
        return rows


def read_draft(*, posted: Mapping[str, str], order: Order, offer: ReturnOffer) -> Draft:
    """What was filled in about the lines that may come back; anything else in the form is left."""
    names = [handle(order=order, thing=item.line) for item in offer.items if item.verdict != "no"]

    def texts(kind: str, longest: int) -> dict[str, str]:
        found = {name: posted.get(f"{kind}-{name}", "").strip()[:longest] for name in names}
        return {name: text.replace("\x00", "") for name, text in found.items() if text}

    quantities = texts("quantity", 16)
    return Draft(
        once=posted.get("once", "")[:ONCE].replace("\x00", "") or new_token()[:ONCE],
        taken={name: quantities.get(name, "1") for name in names if posted.get(f"take-{name}")},
        reasons=texts("reason", 40),
        words=texts("words", WORDS),
        instead=texts("instead", 12),
        outcome=posted.get("outcome", "")[:8],
        way=posted.get("way", "")[:10],
        note=posted.get("note", "").replace("\x00", "")[:NOTE],
    )


def chosen(*, draft: Draft, order: Order, offer: ReturnOffer) -> list[tuple[str, ItemRuling]]:
    """The lines that were ticked, with their handles, as the order has them."""
    named = ((handle(order=order, thing=item.line), item) for item in offer.items)
    return [(name, item) for name, item in named if name in draft.taken]


def quantity_of(*, draft: Draft, name: str, item: ItemRuling) -> Decimal | None:
    """How much of the line; None where it is no number of whole pieces that are left."""
    if len(item.free) == 1:
        return item.quantity_of(item.free)
    try:
        quantity = Decimal(draft.taken[name].replace(",", "."))
    except (InvalidOperation, KeyError):
        return None
    if not quantity.is_finite() or abs(quantity) > 10**6:
        return None
    return quantity if item.pieces(quantity) is not None else None


def wanted_of(
    *,
    draft: Draft,
    order: Order,
    offer: ReturnOffer,
    variants: Mapping[int, Sequence[Variant]],
) -> list[Wanted]:
    """The lines as `ask_return` takes them. `variants`: what each line may be exchanged for."""
    found = []
    for name, item in chosen(draft=draft, order=order, offer=offer):
        choices = variants.get(item.line.pk, ())
        picked = {handle(order=order, thing=one): one.pk for one in choices}
        found.append(
            Wanted(
                line_id=item.line.pk,
                quantity=quantity_of(draft=draft, name=name, item=item) or Decimal(0),
                reason_key=draft.reasons.get(name, ""),
                words=draft.words.get(name, ""),
                variant_id=picked.get(draft.instead.get(name, "")),
            )
        )
    return found


def before_reasons(*, draft: Draft, order: Order, offer: ReturnOffer) -> list[Picked]:
    """The chosen lines without reason and variant: enough to say what each outcome brings."""
    picked = []
    for name, item in chosen(draft=draft, order=order, offer=offer):
        quantity = quantity_of(draft=draft, name=name, item=item) or Decimal(0)
        numbers = item.pieces(quantity) or item.free
        picked.append(
            Picked(
                item=item, wanted=Wanted(line_id=item.line.pk, quantity=quantity), numbers=numbers
            )
        )
    return picked
