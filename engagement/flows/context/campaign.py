"""What a campaign tells, as its mail shows it."""

from typing import Any

from engagement.flows.models import Campaign
from engagement.messages.rendering.context import MailContext

PARTS = ("article", "occasion", "notice", "entries", "products")


def tell_campaign(context: MailContext, *, campaign: Campaign) -> None:
    """Put into `context` what the campaign's mail tells."""
    parts: dict[str, Any] = {
        name: campaign.content[name] for name in PARTS if campaign.content.get(name)
    }
    product = campaign.product
    if product is not None and campaign.kind == Campaign.Kind.PRODUCT_UPDATE:
        parts["products"] = [
            {"title": product.title, "image_url": product.image_url, "url": product.url}
        ]
    if "notice" in parts and product is not None:
        parts["notice"] = {
            "product": product.title,
            "image_url": product.image_url,
            **parts["notice"],
        }
    context.update(parts)  # type: ignore[typeddict-item]
