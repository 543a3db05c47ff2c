"""Every address of the product, by door."""

from django.contrib import admin
from django.urls import include, path

from engagement import health
from engagement.api import api
from engagement.flows.paper_door import paper
from engagement.messages.pictures import mail_picture
from engagement.messages.voucher_picture import voucher_picture
from engagement.metrics import metrics
from engagement.portal.help import snippet
from engagement.portal.mail_in_browser import mail_in_browser
from engagement.portal.measured_link import measured_link

handler500 = "engagement.health.handler500"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("hooks/", include("engagement.hooks")),
    path("portal/<slug:slug>/", include("engagement.portal.urls")),
    path("widget/<slug:slug>/returns/", snippet.framed, name="returns-widget"),
    path("widget/<slug:slug>/returns.html", snippet.fragment, name="returns-fragment"),
    path("u/go/<str:token>/", measured_link, name="measured-link"),
    path("u/mail/<str:token>/", mail_in_browser, name="mail-in-browser"),
    path("p/<str:token>/", paper, name="paper"),
    path("u/code/<str:token>.png", voucher_picture, name="voucher-picture"),
    path("u/picture/<slug:name>.jpg", mail_picture, name="mail-picture"),
    path("u/", include("engagement.preferences.urls")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics, name="metrics"),
]
