"""The door by which every piece of news enters, whatever source it came from."""

from datetime import datetime

from core.events.event import Origin
from core.stores.models import Store
from orders.ingest import snapshots
from orders.operations.apply_customer import apply_customer
from orders.operations.apply_document import apply_document
from orders.operations.apply_fulfillment import apply_fulfillment
from orders.operations.apply_order import apply_order
from orders.operations.apply_product import apply_product
from orders.operations.apply_refund import apply_refund
from orders.operations.apply_shipment import apply_shipment
from orders.operations.delete_order import delete_order
from orders.operations.keep_privacy_demand import keep_privacy_demand
from orders.operations.merge_customers import apply_merge
from orders.operations.outcome import Outcome
from orders.operations.state_consent import apply_statement

__all__ = ["Outcome", "apply_news"]


def apply_news(*, news: snapshots.News, store: Store, origin: Origin, now: datetime) -> Outcome:
    """Bring what a source said into our rows, and record what happened by it.

    Runs inside the caller's transaction and store scope. `now` is the store's time. Any order of
    arrival, and any repetition, ends in the same rows and events (decision 0003 names the
    exceptions). Raises `snapshots.Unreadable` for news that cannot be used.
    """
    match news:
        case snapshots.Ignored():
            return Outcome("ignored", news.reason)
        case snapshots.OrderSnapshot():
            return apply_order(snapshot=news, store=store, origin=origin, now=now)
        case snapshots.OrderDeleted():
            return delete_order(news=news, store=store, origin=origin, now=now)
        case snapshots.FulfillmentUpdate():
            return apply_fulfillment(news=news, store=store, origin=origin, now=now)
        case snapshots.RefundUpdate():
            return apply_refund(news=news, store=store, origin=origin, now=now)
        case snapshots.DocumentUpdate():
            return apply_document(news=news, store=store, origin=origin, now=now)
        case snapshots.ShipmentUpdate():
            return apply_shipment(news=news, store=store, origin=origin, now=now)
        case snapshots.ProductSnapshot():
            return apply_product(product=news, store=store, now=now)
        case snapshots.CustomerUpdate():
            return apply_customer(news=news, store=store, origin=origin, now=now)
        case snapshots.CustomersMerged():
            return apply_merge(news=news, store=store, origin=origin, now=now)
        case snapshots.ConsentStatement():
            return apply_statement(statement=news, store=store, origin=origin, now=now)
        case snapshots.PrivacyDemand():
            return keep_privacy_demand(demand=news, store=store, now=now)
    raise snapshots.Unreadable(f"{type(news).__name__} is no news we know.")
