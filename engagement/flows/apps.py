from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "engagement.flows"
    label = "flows"
