from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    name = "engagement.preferences"
    label = "preferences"
