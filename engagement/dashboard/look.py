"""Unfold's settings: names, colors, where the sidebar is written. Plain data, read by settings."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Afterglow",
    "SITE_HEADER": "Afterglow",
    "SITE_SUBHEADER": "engagement.nav.store_name",
    "SITE_URL": None,
    "SITE_SYMBOL": "wb_twilight",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("dashboard/afterglow.svg"),
        }
    ],
    "STYLES": [lambda request: static("dashboard/dashboard.css")],
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_HISTORY": True,
    "SIDEBAR": {"navigation": "engagement.nav.navigation"},
    "ACCOUNT": {
        "navigation": [
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
            {"title": "Second step at login", "link": reverse_lazy("admin:second_factor_setup")},
        ]
    },
    "COLORS": {
        "primary": {
            "50": "#edf7f4",
            "100": "#d3ebe4",
            "200": "#a9d8cb",
            "300": "#77bfac",
            "400": "#489f89",
            "500": "#2c8470",
            "600": "#1f6a5a",
            "700": "#1f5d4c",
            "800": "#1a463c",
            "900": "#173a33",
            "950": "#0a211d",
        }
    },
}
