"""Who may get what: country × what was said or done × topic, the allowed set written by hand.

Asked of the engine's own rules, with a mail of every topic and one of order news planned for the person.
"""

from datetime import timedelta

import pytest

from core.stores.scope import store_scope
from engagement.flows.catalog.birthday import FLOW
from engagement.flows.models import Flow, FlowVersion
from engagement.flows.rules import RULES
from engagement.messages.models import Message, Reason
from engagement.messages.rules import Go, Skip
from engagement.preferences.operations.record_consent import record_consent
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.preferences.queries import marketing_bases
from engagement.preferences.topics import Topic
from tests.conftest import NOON
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory

DAY = timedelta(days=1)
NEWS = "order_news"
ALL = {"offers", "replenishment", "reviews", "birthday", "loyalty", "newsletter"}
SIMILAR = {"offers", "replenishment", "reviews", "birthday", "loyalty"}
NO: set[str] = set()
BUT, ONLY = ALL - {"reviews"}, {"reviews"}

# Where the shop counts buyers as reachable: who said yes, said no, said and did nothing at all; who bought
# yesterday, 23 months ago, two years and a day ago; who asked five months, seven months ago; who said yes and
# later no to reviews; who said yes to reviews only. Order news is allowed in every cell, and not repeated.
COLUMNS = [
    "yes", "no", "nothing", "bought_1", "bought_700", "bought_731", "asked_150", "asked_212",
    "not_reviews", "only_reviews",
]  # fmt: skip
EU = [ALL, NO, NO, SIMILAR, SIMILAR, SIMILAR, NO, NO, BUT, ONLY]  # fmt: skip
TABLE = {
    "CZ": EU,
    "SK": EU,
    "SI": EU,
    "FI": EU,
    "DE": EU,
    "FR": EU,
    "GB": EU,
    "CA": [ALL, NO, NO, ALL, ALL, NO, ALL, NO, BUT, ONLY],
    "US": [ALL, NO, NO, ALL, ALL, ALL, NO, NO, BUT, ONLY],
    "PL": [ALL, NO, NO, NO, NO, NO, NO, NO, BUT, ONLY],
    "BR": [ALL, NO, NO, NO, NO, NO, NO, NO, BUT, ONLY],
}  # fmt: skip
CELLS = [
    (country, column, allowed)
    for country, row in TABLE.items()
    for column, allowed in zip(COLUMNS, row, strict=True)
]


@pytest.fixture
def shop(store):
    """A flow for every topic, and one of order news; buyers count as reachable."""
    store.soft_opt_in = True
    store.save()
    with store_scope(store.pk):
        for topic in (NEWS, *Topic.values):
            flow = Flow.objects.create(store=store, key=topic, activated_at=NOON - 900 * DAY)
            told = {**FLOW.to_json(), "key": topic, "counts_from": "event", "one_per": "subject"}
            told |= {"message_class": "transactional"} if topic == NEWS else {"topic": topic}
            FlowVersion.objects.create(
                store=store, flow=flow, number=1, definition=told, created_at=NOON
            )
    return store


def shopper(store, country, column):
    """A person of that country, and what they said or did."""
    kind, _, number = column.partition("_")
    bought = kind == "bought"
    customer = CustomerFactory(
        store=store,
        country=country,
        order_count=int(bought),
        last_order_at=NOON - int(number) * DAY if bought else None,
    )

    def say(basis, *, days, purpose="marketing"):
        record_consent(
            customer_id=customer.pk,
            basis=basis,
            purpose=purpose,
            source="test",
            wording="",
            stated_at=NOON - days * DAY,
            now=NOON,
        )

    if column in ("yes", "not_reviews"):
        say("explicit", days=9)
    if column == "not_reviews":
        say("none", days=5, purpose="reviews")
    if column == "only_reviews":
        say("explicit", days=5, purpose="reviews")
    if column == "no":
        say("explicit", days=9)
        unsubscribe(customer_id=customer.pk, source="test", now=NOON - DAY)
    if kind == "asked":
        say("inquiry", days=int(number))
    return customer


def allowed_to(store, customer) -> set[str]:
    messages = [
        planned(
            store=store,
            customer=customer,
            marketing=topic != NEWS,
            flow=topic,
            step="wish",
            subject=f"customer:{customer.pk}",
            anchor_at=NOON,
            due_at=NOON,
        )
        for topic in (NEWS, *Topic.values)
    ]
    with store_scope(store.pk):
        Message.objects.update(created_at=NOON)
        asked = list(Message.objects.filter(pk__in=[one.pk for one in messages]))
        rulings = RULES.judge(messages=asked, now=NOON)
    for ruling in rulings.values():
        assert isinstance(ruling, Go) or (
            isinstance(ruling, Skip)
            and ruling.reason in (Reason.NO_CONSENT, Reason.TOPIC_OFF, Reason.UNSUBSCRIBED)
        ), ruling
    return {one.flow for one in asked if isinstance(rulings[one.pk], Go)}


@pytest.mark.parametrize(("country", "column", "allowed"), CELLS)
def test_what_each_shopper_may_get(shop, country, column, allowed):
    with store_scope(shop.pk):
        customer = shopper(shop, country, column)
    assert allowed_to(shop, customer) == allowed | {NEWS}


@pytest.mark.parametrize("country", TABLE)
@pytest.mark.parametrize("column", ["bought_1", "asked_150", "nothing"])
def test_where_the_shop_has_not_chosen_it_only_a_yes_counts(shop, country, column):
    shop.soft_opt_in = False
    shop.save()
    with store_scope(shop.pk):
        customer = shopper(shop, country, column)
    assert allowed_to(shop, customer) == {NEWS}


def test_without_a_country_the_shops_own_counts(shop):
    for country, allowed in (("CA", ALL), ("PL", NO), ("CZ", SIMILAR), ("", SIMILAR)):
        shop.country = country
        shop.save()
        with store_scope(shop.pk):
            customer = shopper(shop, "", "bought_1")
        assert allowed_to(shop, customer) == allowed | {NEWS}


@pytest.mark.parametrize(
    ("column", "last_day", "over"),
    [("bought_0", 729, 730), ("asked_0", 180, 181)],
)
def test_canadian_implied_consent_ends_by_itself(shop, column, last_day, over):
    with store_scope(shop.pk):
        customer = shopper(shop, "CA", column)
        for days, reached in ((last_day, True), (over, False)):
            bases = marketing_bases(customer_ids=[customer.pk], store=shop, now=NOON + days * DAY)
            assert (bases[customer.pk] != "none") is reached
