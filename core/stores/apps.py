from django.apps import AppConfig


class StoresConfig(AppConfig):
    name = "core.stores"
    label = "stores"
