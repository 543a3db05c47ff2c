from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "engagement.portal"
    label = "portal"
