"""Loaded into every child by the bench's settings: lays the traps and switches a defence off."""

import os

from django.apps import AppConfig


class ChaosConfig(AppConfig):
    name = "bench.chaos"
    label = "chaos"

    def ready(self) -> None:
        from bench.chaos import faults, mutations  # noqa: PLC0415 (models must be loaded first)

        if without := os.environ.get("CHAOS_WITHOUT"):
            mutations.switch_off(without)
        faults.lay(os.environ.get("CHAOS_ROOM", ""))
