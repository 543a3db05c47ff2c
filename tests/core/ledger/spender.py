"""A process of its own that earns, sets aside, spends and takes back until somebody kills it."""

import os
import sys
from itertools import count


def main(store_id: int, start: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "engagement.settings"
    import django  # noqa: PLC0415 (settings first)

    django.setup()
    from core.clock import real_now  # noqa: PLC0415
    from core.ledger.operations.earn import Grant, earn  # noqa: PLC0415
    from core.ledger.operations.open_unit import open_unit  # noqa: PLC0415
    from core.ledger.operations.settle_hold import capture  # noqa: PLC0415
    from core.ledger.operations.spend import hold  # noqa: PLC0415
    from core.ledger.operations.take_back import take_back  # noqa: PLC0415
    from core.ledger.owner import Owner  # noqa: PLC0415
    from core.stores.scope import store_scope  # noqa: PLC0415

    with store_scope(store_id):
        unit = open_unit(store_id=store_id, code="points")
        owner, now = Owner("customer", "1"), real_now()
        for number in count(1):
            key = f"{start}:{number}"
            grant = Grant(owner=owner, amount=50, basis=100, key=key)
            earned = earn(unit=unit, grant=grant, now=now).movement
            held = hold(unit=unit, owner=owner, amount=30, key=f"{key}:hold", now=now).movement
            capture(held=held, amount=20, now=now)
            take_back(earned=earned, key=f"{key}:back", basis_back=30, now=now)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
