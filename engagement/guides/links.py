"""Where a guide is: the address that mails, order pages and printed codes carry."""

from django.conf import settings

from core.stores.models import Store
from engagement.guides.models import Guide


def page_url(*, guide: Guide, store: Store) -> str:
    """The absolute address of the guide's page of ours. It never changes: it is printed on boxes."""
    return f"{settings.SITE_URL}/portal/{store.slug}/guides/{guide.public_id}/"


def guide_url(*, guide: Guide, store: Store) -> str:
    """Our page where something is published, else the shop's own address; empty where there is none."""
    return page_url(guide=guide, store=store) if guide.live_id else guide.url
