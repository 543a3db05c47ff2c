"""How we log: structured lines with ids, never names, addresses or the values of variables."""

from typing import Any

import structlog

STEPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]


def logging_config(*, level: str, as_json: bool, requests: str) -> dict[str, Any]:
    """Django's LOGGING. `requests` is the level of the two lines that each request writes."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": structlog.processors.JSONRenderer()
                if as_json
                # Plain tracebacks: rich ones print local variables, customers' data among them.
                else structlog.dev.ConsoleRenderer(
                    colors=False, exception_formatter=structlog.dev.plain_traceback
                ),
                "foreign_pre_chain": STEPS,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"django_structlog": {"level": requests}},
    }


def configure_structlog() -> None:
    """Send structlog's lines through Python's own logging."""
    structlog.configure(
        processors=[
            *STEPS,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
