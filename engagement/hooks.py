"""Addresses that other systems post to. Mail providers first, then shops and carriers by source."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
