"""Parts that a mail's context is made of; see `context.py` for the whole."""

from datetime import date, datetime
from typing import NotRequired, TypedDict

When = datetime | str
Day = date | str
Quantity = int | str  # "2", "1.500": decimals as text, so that nothing is rounded on the way
Texts = str | dict[str, str]  # one text, or one by language (``{"en": …, "cs": …}``)


class Money(TypedDict):
    """An amount in minor units of its ISO 4217 currency."""

    minor: int
    currency: str


class LineData(TypedDict):
    """One line of an order, a parcel or a refund. A refund's line may have no unit price.

    `needs_shipping` is false for what comes as a file or a code; left out, goods go by parcel.
    """

    title: str
    variant_title: NotRequired[str]
    quantity: Quantity
    unit_price: NotRequired[Money | None]
    total: NotRequired[Money | None]
    image_url: NotRequired[str]
    product_url: NotRequired[str]
    needs_shipping: NotRequired[bool]


class ReturnData(TypedDict):
    """Goods that come back. `kind` is ``return`` or ``withdrawal`` (from the contract), `outcome`
    ``exchange``, ``credit`` or ``refund``, `way` ``drop_off``, ``label`` or ``own_parcel``.

    `money` is what was or will be given back, `credit` with the `bonus` in it. `reason` is why it is
    refused. `new_order` is the number of what is sent instead. Declared is what a withdrawal says.
    """

    reference: str
    kind: NotRequired[str]
    outcome: NotRequired[str]
    way: NotRequired[str]
    shop_pays: NotRequired[bool]
    is_partial: NotRequired[bool]
    lines: NotRequired[list[LineData]]
    money: NotRequired[Money | None]
    credit: NotRequired[Money | None]
    bonus: NotRequired[Money | None]
    reason: NotRequired[str]
    new_order: NotRequired[str]
    declared_name: NotRequired[str]
    declared_email: NotRequired[str]
    page_url: NotRequired[str]
    label_url: NotRequired[str]
    requested_at: NotRequired[When | None]
    answer_by: NotRequired[When | None]
    send_by: NotRequired[When | None]
    pay_by: NotRequired[When | None]
