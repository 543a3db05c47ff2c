"""All scenarios, by name, in the order of the fault matrix."""

from bench.chaos.scenarios import deaths, mail, news, processes, redis_and_postgres
from bench.chaos.scenarios.run import SCENARIOS, Outcome, Run, play

__all__ = [
    "SCENARIOS",
    "Outcome",
    "Run",
    "deaths",
    "mail",
    "news",
    "play",
    "processes",
    "redis_and_postgres",
]
