"""Addresses that other systems post to. Mail providers first, then shops and carriers by source."""

from django.urls import URLPattern, URLResolver, path

from orders.ingest import door

urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:source>/<str:path_token>/", door.receive, name="hook"),
]
