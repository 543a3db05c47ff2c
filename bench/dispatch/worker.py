"""One process of one way: sets up, says ``ready``, waits for ``go``, sends, tells what it cost.

python -m bench.dispatch.worker '{"way": "ours", "lane": "TRANSACTIONAL"}'
"""

import json
import logging
import resource
import sys
from typing import Any

import django

from bench.dispatch.costs import peak_mb


def main() -> None:
    django.setup()
    import structlog  # noqa: PLC0415

    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=True)
    from bench.dispatch.sessions import Sessions  # noqa: PLC0415 (needs the set-up)
    from bench.dispatch.ways import WAYS  # noqa: PLC0415

    told: dict[str, Any] = json.loads(sys.argv[1])
    send = WAYS[told.pop("way")](**told)
    sessions, before = Sessions(), _cpu()
    print("ready", flush=True)
    sys.stdin.readline()
    sent = send()
    cost = {
        "sent": sent,
        "cpu": _cpu() - before,
        "database_cpu": sessions.used(),
        "peak_mb": peak_mb(),
    }
    print(json.dumps(cost), flush=True)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
