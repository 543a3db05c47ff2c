"""What one event and one mail cost: SQL statements and CPU, from the hook's door to the mailbox.

    python -m bench.hot_path [--orders 40] [--shapes]

Runs on a scratch database of the kind that DATABASE_URL names, and drops it afterwards.
"""

import argparse
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.counting import Cost
from bench.scratch import scratch_database

EVENTS = ("first order", "repeat order", "order fulfilled", "in transit", "delivered")


def main() -> None:
    options = _options()
    with scratch_database() as kind:
        from bench.small_shop import SmallShop  # noqa: PLC0415 (models need the set-up above)

        shop = SmallShop.opened(at=datetime.now(UTC))
        _walk(shop, buyers=3, costs={})  # warm: templates, caches, plans
        costs: dict[str, dict[str, Cost]] = {}
        _walk(shop, buyers=options.orders, costs=costs)
        _print(kind=kind, costs=costs, with_shapes=options.shapes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=40, help="how many buyers are measured")
    parser.add_argument("--shapes", action="store_true", help="list the statements of each step")
    return parser.parse_args()


def _walk(shop: Any, *, buyers: int, costs: dict[str, dict[str, Cost]]) -> None:
    """Each buyer orders twice; the second parcel travels and arrives. All steps of one kind together."""
    crowd = [shop.new_buyer() for _ in range(buyers)]
    told = {
        "first order": lambda buyer: shop.order_of(buyer),
        "repeat order": lambda buyer: shop.order_of(buyer),
        "order fulfilled": lambda buyer: shop.parcel_of(buyer),
        "in transit": lambda buyer: shop.checkpoint_of(buyer, "in_transit"),
        "delivered": lambda buyer: shop.checkpoint_of(buyer, "delivered"),
    }
    for event in EVENTS:
        shop.let_pass(timedelta(hours=20))
        step = costs.setdefault(event, {name: Cost() for name in ("door", "apply", "react")})
        for buyer in crowd:
            post = told[event](buyer)
            with step["door"].measured():
                shop.post(post)
        for _ in crowd:
            with step["apply"].measured():
                shop.work(limit=1)
        with step["react"].measured(rounds=buyers):
            shop.react()
        mails = step.setdefault("mail", Cost())
        waiting = shop.due_mails()
        with mails.measured(rounds=waiting):
            shop.send()
    shop.let_pass(timedelta(days=14))
    waiting = shop.due_mails()
    with (
        costs.setdefault("review requests", {}).setdefault("mail", Cost()).measured(rounds=waiting)
    ):
        shop.send()


def _print(*, kind: str, costs: dict[str, dict[str, Cost]], with_shapes: bool) -> None:
    print(f"{kind}: statements and CPU ms each (mails are sent in batches into the local mailbox)")
    print(f"| event | {' | '.join(('door', 'apply', 'react', 'per mail'))} |")
    print("| --- | --- | --- | --- | --- |")
    for event, steps in costs.items():
        cells = []
        for name in ("door", "apply", "react", "mail"):
            cost = steps.get(name)
            if cost is None or not cost.rounds:
                cells.append("")
                continue
            statements, cpu = cost.per_round
            cells.append(f"{statements:.1f} / {cpu:.1f}")
        print(f"| {event} | {' | '.join(cells)} |")
    if with_shapes:
        for event, steps in costs.items():
            for name, cost in steps.items():
                print(f"\n{event}, {name}: {cost.rounds} rounds")
                for text, times in cost.shapes.most_common():
                    print(f"{times / max(1, cost.rounds):7.2f}  {text}")


if __name__ == "__main__":
    main()
