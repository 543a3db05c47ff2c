"""Addresses that other systems post to. Mail providers first, then shops and carriers by source."""

from django.urls import URLPattern, URLResolver, path

from engagement.messages.hook import mail_feedback
from orders.ingest import door

urlpatterns: list[URLPattern | URLResolver] = [
    path("mail/<slug:provider>/<str:secret>/", mail_feedback, name="mail-hook"),
    path("<slug:source>/<str:path_token>/", door.receive, name="hook"),
]
