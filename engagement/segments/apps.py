from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "engagement.segments"
    label = "segments"
