from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "engagement.dashboard"
    label = "dashboard"
