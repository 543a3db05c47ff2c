"""``python -m bench.campaign [--customers 100000]``: how long a campaign takes to be planned.

Customers in five time zones, each with a recorded yes; a newsletter at nine o'clock of each one's own
day. PostgreSQL by `DATABASE_URL`; the database is a scratch one.
"""

import argparse
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time

from bench.scratch import scratch_database

ZONES = ("Europe/Prague", "Europe/Helsinki", "Europe/London", "America/New_York", "")
BATCH = 5000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    wanted = parser.parse_args().customers
    with scratch_database() as kind:
        from core.stores.models import Store  # noqa: PLC0415 (needs the settings)
        from core.stores.scope import store_scope  # noqa: PLC0415
        from engagement.flows.models import Campaign  # noqa: PLC0415
        from engagement.flows.operations.install_flows import install_flows  # noqa: PLC0415
        from engagement.flows.operations.plan_campaign import plan_slice  # noqa: PLC0415
        from engagement.flows.operations.run_campaign import (  # noqa: PLC0415
            cancel_campaign,
            pause_campaign,
            resume_campaign,
            schedule_campaign,
            work_on,
        )
        from engagement.messages.models import Outbox  # noqa: PLC0415
        from orders.models import Customer  # noqa: PLC0415

        now = datetime(2026, 3, 3, 12, tzinfo=UTC)
        store = Store.objects.create(name="Big", slug="big", time_zone="Europe/Prague")
        install_flows(store=store, now=now - timedelta(days=1))
        with store_scope(store.pk):
            for first in range(0, wanted, BATCH):
                Customer.objects.bulk_create(
                    Customer(
                        store=store,
                        email=f"person{n}@mail.example",
                        time_zone=ZONES[n % len(ZONES)],
                        created_at=now,
                    )
                    for n in range(first, min(first + BATCH, wanted))
                )
            campaign = Campaign.objects.create(
                store=store,
                kind="newsletter",
                name="Spring",
                content={"article": {"title": "Spring"}},
                send_on=date(2026, 3, 4),
                send_at=day_time(9),
                created_at=now,
            )

            def timed(what: str, work: object) -> None:
                began = time.perf_counter()
                work()  # type: ignore[operator]
                print(f"{kind}: {what}: {time.perf_counter() - began:.2f} s")

            def plan() -> None:
                schedule_campaign(campaign=campaign, by="bench", now=now)
                while plan_slice(campaign_id=campaign.pk, store=store, now=now):
                    pass

            def end() -> None:
                cancel_campaign(campaign=campaign, now=now)
                while work_on(campaign=campaign, store=store):
                    pass

            timed(f"{wanted} mails planned", plan)
            print(f"{Outbox.objects.count()} in the outbox")
            timed("paused", lambda: pause_campaign(campaign=campaign, now=now))
            timed("gone on", lambda: resume_campaign(campaign=campaign, now=now))
            timed("canceled, every mail ended", end)


if __name__ == "__main__":
    main()
