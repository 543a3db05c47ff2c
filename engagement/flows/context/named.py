"""Papers, a guide, a tip and goods, as mails show them."""

from core.stores.models import Store
from engagement.flows.context.papers import paper_url
from engagement.flows.named import Named
from engagement.guides.links import guide_url
from engagement.guides.models import CareTip, Guide
from engagement.messages.rendering.context import (
    DocumentData,
    GuideData,
    MailContext,
    ProductData,
    TipData,
)
from orders.models import OrderDocument, Product


def name_them(context: MailContext, *, named: Named, store: Store) -> None:
    """Put into `context` what the mail names."""
    if named.documents:
        context["documents"] = [
            document_data(paper=paper, store=store) for paper in named.documents
        ]
    if named.guide is not None:
        context["guide"] = guide_data(named.guide, store=store)
    if named.tip is not None:
        context["tips"] = [tip_data(named.tip)]
    if named.goods:
        context["products"] = [goods_data(product, store=store) for product in named.goods]


def document_data(*, paper: OrderDocument, store: Store) -> DocumentData:
    """A paper: where the shop keeps it, or a link of ours to the private file."""
    return {
        "title": paper.title,
        "url": paper.url or paper_url(store=store, paper=paper),
        "kind": paper.kind,
    }


def guide_data(guide: Guide, *, store: Store) -> GuideData:
    data: GuideData = {
        "title": guide.title,
        "url": guide_url(guide=guide, store=store),
        "summary": guide.summary,
        "image_url": guide.image_url,
    }
    if guide.minutes:
        data["minutes"] = guide.minutes
    return data


def tip_data(tip: CareTip) -> TipData:
    return {"title": tip.title, "text": tip.text, "image_url": tip.image_url, "url": tip.url}


def goods_data(product: Product, *, store: Store) -> ProductData:
    """A product as it is sold now, from its cheapest variant."""
    prices = [variant.price_minor for variant in product.variants.all() if variant.price_minor]
    return {
        "title": product.title,
        "image_url": product.image_url,
        "url": product.url,
        "price": {"minor": min(prices), "currency": store.currency} if prices else None,
    }
