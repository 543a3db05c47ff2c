from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "engagement.messages"
    label = "engagement_messages"
