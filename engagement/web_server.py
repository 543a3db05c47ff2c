"""How gunicorn serves the site: ``gunicorn engagement.wsgi -c python:engagement.web_server``.

A deploy sends the master SIGUSR2. A second master loads the new code, which takes seconds, while the
first still answers; then the first is asked to leave, and ends after the requests in hand. SIGHUP
would let the old workers go before the new ones have loaded anything.
"""

import os
import signal
from typing import Any

worker_class = "gthread"
workers = 2
threads = 8
preload_app = True  # loaded once, before the workers are forked
control_socket_disable = True


def when_ready(server: Any) -> None:
    """The code is loaded. Whoever started us by SIGUSR2 may go."""
    if before_us := os.environ.get("GUNICORN_PID"):
        server.log.info("Taking over from %s", before_us)
        os.kill(int(before_us), signal.SIGTERM)
