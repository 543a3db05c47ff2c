"""The inserts of orders, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from core.stores.models import Store
from engagement.guides.insert_paper import Insert, Place
from engagement.guides.links import page_url
from engagement.guides.models import Guide
from engagement.guides.policies import said
from engagement.guides.queries import guides_of
from engagement.preferences.languages import spoken_language
from orders.models import Order, OrderLine, Product


def inserts_of(*, orders: Sequence[Order], store: Store) -> list[Insert]:
    """One for each, in their order. Two queries beside those of the guides; inside the store's scope.

    `orders` come with their customers.
    """
    goods: dict[int, list[Product]] = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=orders).select_related("product"):
        if line.product is not None and line.product not in goods[line.order_id]:
            goods[line.order_id].append(line.product)
    guides = guides_of(products=[one for row in goods.values() for one in row])
    return [_insert(order, goods[order.pk], guides, store) for order in orders]


def _insert(
    order: Order, goods: Sequence[Product], guides: dict[int, Guide], store: Store
) -> Insert:
    language = _language(order, store)
    with translation.override(language):
        why = _("How to use it, step by step. Point your telephone at the code.")
    found = {guides[one.pk].pk: guides[one.pk] for one in goods if one.pk in guides}
    tongues = [language, store.default_language]
    customer = order.customer
    return Insert(
        language=language,
        shop=store.name,
        color=store.color_primary,
        accent=store.color_accent,
        number=order.number,
        name="" if order.is_gift or customer is None else customer.first_name,
        places=[
            Place(
                said(guide.title, languages=tongues).text,
                why,
                # Our page, also where it only leads on: what is printed has to last.
                page_url(guide=guide, store=store),
            )
            for guide in found.values()
        ],
        contact=[line for line in (store.phone, store.contact_email or store.reply_to) if line],
    )


def _language(order: Order, store: Store) -> str:
    customer = order.customer
    return spoken_language(
        customer_locale=(customer.language or customer.locale) if customer else "",
        order_locale=order.locale,
        country=str((order.shipping_address or {}).get("country", "")),
        languages=store.languages,
        default=store.default_language,
    )
