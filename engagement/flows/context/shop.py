"""The shop and the person, as mails show them."""

from core.stores.models import Store
from engagement.messages.rendering.context import CustomerData, StoreData, ThanksData
from orders.models import Customer, Order


def store_data(store: Store) -> StoreData:
    """The store's brand and ways to reach it. `returns_summary` keeps its texts by language."""
    return {
        "name": store.name,
        "from_name": store.from_name,
        "default_language": store.default_language,
        "logo_url": store.logo_url,
        "color_primary": store.color_primary,
        "color_accent": store.color_accent,
        "site_url": store.site_url,
        "blog_url": store.blog_url,
        "faq_url": store.faq_url,
        "social": [{"name": name, "url": url} for name, url in store.social_links.items()],
        "phone": store.phone,
        "email": store.contact_email or store.reply_to,
        "contact_url": store.contact_url,
        "postal_address": store.postal_address,
        "returns_summary": dict(store.returns_summary),
    }


def customer_data(*, customer: Customer | None, order: Order | None) -> CustomerData:
    """The name to greet: the customer's, else the name of who pays."""
    if customer is not None and customer.full_name:
        return {
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "full_name": customer.full_name,
        }
    name = str((order.billing_address or {}).get("name", "")) if order is not None else ""
    return {"first_name": "", "last_name": "", "full_name": name}


def thanks_data(*, store: Store, template: str) -> ThanksData | None:
    """Who signs this mail: the thank-you itself, and the mail it rides on. None where nobody does."""
    if not store.thanks_name or template not in {"thank_you", store.thanks_rides_on}:
        return None
    return {
        "name": store.thanks_name,
        "role": store.thanks_role,
        "picture_url": store.thanks_picture_url,
        "message": store.thanks_message,
    }
