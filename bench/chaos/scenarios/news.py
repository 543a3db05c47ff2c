"""Rows 18 and 19: the shop's news come in a storm and in any order; the clock is stepped."""

import threading

from bench.chaos import faults
from bench.chaos.scenarios.run import Run, scenario
from bench.chaos.shop import Delivery, Shop

STATE = """
    SELECT o.external_id, o.status, o.fulfillment_status, o.payment_status,
           (SELECT string_agg(e.name, ' ' ORDER BY e.name) FROM events_eventrow e
            WHERE e.store_id = o.store_id AND e.payload->>'order_id' = o.id::text)
    FROM orders_order o WHERE o.store_id = %s ORDER BY o.external_id
"""
STORIES = (
    ("placed", "shipped", "delivered"),
    ("placed", "canceled"),
    ("placed", "shipped"),
    ("placed",),
)


@scenario("webhook-storm", "18", "W7")
def webhook_storm(run: Run) -> None:
    """Every delivery five times, shuffled, by ten senders at once. The same state as the same news
    told once and in order."""
    calm, stormy = run.shop(), run.shop()
    for number in range(12):
        calm.send(calm.story(f"o{number}", *STORIES[number % 4]))
    storm: list[Delivery] = []
    for number in range(12):
        storm += stormy.story(f"o{number}", *STORIES[number % 4])
    stormy.deliveries = list(storm)
    copies = storm * 5
    run.chance.shuffle(copies)
    senders = [
        threading.Thread(target=_post_until_taken, args=(stormy, copies[start::10]))
        for start in range(10)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    run.wait_acked()
    run.wait_quiet()
    with run.cluster.sql() as ask:
        once, often = (ask(STATE, (shop.store,)) for shop in (calm, stormy))
    different = [f"{a} / {b}" for a, b in zip(once, often, strict=False) if a != b]
    run.require(len(once) == len(often) == 12, f"{len(once)} and {len(often)} orders, not 12")
    run.require(not different, f"the storm left another state: {different[:3]}")


def _post_until_taken(shop: Shop, deliveries: list[Delivery]) -> None:
    for delivery in deliveries:
        for _ in range(50):
            if shop.post(delivery):
                break


@scenario("clock-steps", "19", "W2")
def clock_steps(run: Run) -> None:
    """Our clock goes ten minutes back, then ten ahead, under load. Signed times are refused while
    they lie too far off and nothing is lost: the platform sends again. Leases that end or stretch
    with the clock cost no mail and double none."""
    shop = run.shop()
    run.terms.clocks_differ = True
    shop.trade(8)
    run.pause(0.3, 1.0)
    faults.step_clock(run.cluster.traps, -600)
    shop.trade(6, prefix="back")
    run.pause(1, 2)
    refused = [one.status for news in shop.deliveries for one in news.tries if one.status == 401]
    run.require(refused, "a signature ten minutes off was believed")
    faults.step_clock(run.cluster.traps, 600)
    run.pause(1, 2)
    run.wait_quiet()  # what is planned under a wrong clock waits until that time truly comes
    faults.step_clock(run.cluster.traps, 0)
