from django.apps import AppConfig


class GuidesConfig(AppConfig):
    name = "engagement.guides"
    label = "guides"
