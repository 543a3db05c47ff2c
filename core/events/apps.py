from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    name = "core.events"
    label = "events"

    def ready(self) -> None:
        autodiscover_modules("events")  # every room's public news
        autodiscover_modules("checks")
