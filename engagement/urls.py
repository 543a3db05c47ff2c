"""Every address of the product, by door."""

from django.contrib import admin
from django.urls import include, path

from engagement import health
from engagement.api import api
from engagement.metrics import metrics

handler500 = "engagement.health.handler500"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("hooks/", include("engagement.hooks")),
    path("u/", include("engagement.preferences.urls")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics, name="metrics"),
]
