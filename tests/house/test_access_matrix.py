"""Every address of the product, with who may open it. A new one has no line here: add it, with a test.

The dashboard's addresses are walked one by one in tests/engagement/dashboard/test_strangers.py.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver

# Route → class. public: anybody; hook: signed by its sender; one_click: a link that is a key;
# link: a link that is a key, to look only; browser: the browser that asked; customer: who is logged in
# to that store's portal (tests/engagement/portal/test_strangers.py walks these);
# api: a bearer token; health: the machinery; admin: staff of the current store.
MATRIX = {
    "hooks/<slug:source>/<str:path_token>/": "hook",
    "hooks/mail/<slug:provider>/<str:secret>/": "hook",
    "api/v1/": "public",
    "api/v1/docs": "public",
    "api/v1/openapi.json": "public",
    "api/v1/events": "api",
    "metrics": "health",
    "u/go/<str:token>/": "one_click",
    "u/mail/<str:token>/": "one_click",
    "u/confirm/<str:token>/": "one_click",
    "u/code/<str:token>.png": "link",
    "u/picture/<slug:name>.jpg": "public",
    "u/brand/<uuid:public_id>.css": "public",
    "u/^(?P<token>[A-Za-z0-9_=-]{1,200})/?$": "one_click",
    "portal/<slug:slug>/": "public",
    "portal/<slug:slug>/digits/<uuid:public_id>/": "browser",
    "portal/<slug:slug>/enter/<str:token>/": "link",
    "portal/<slug:slug>/again/": "customer",
    "portal/<slug:slug>/leave/": "customer",
    "portal/<slug:slug>/o/<str:token>/": "link",
    "portal/<slug:slug>/o/<str:token>/papers/<uuid:public_id>/": "link",
    "portal/<slug:slug>/help/": "public",
    "widget/<slug:slug>/returns/": "public",
    "widget/<slug:slug>/returns.html": "public",
    "portal/<slug:slug>/warranty/<str:token>/": "link",
    "portal/<slug:slug>/warranty/<str:token>/photos/<uuid:public_id>/": "link",
    "portal/<slug:slug>/party/<str:token>/": "link",
    "portal/<slug:slug>/party/<str:token>/photos/<uuid:public_id>/": "link",
    "portal/<slug:slug>/register/<uuid:public_id>/": "public",
    "portal/<slug:slug>/guides/<uuid:public_id>/": "public",
    "portal/<slug:slug>/guides/<uuid:public_id>/files/<uuid:file_id>/": "public",
    "portal/<slug:slug>/o/<str:token>/returns/<uuid:public_id>/": "link",
    "portal/<slug:slug>/o/<str:token>/returns/<uuid:public_id>/slip.pdf": "link",
    "portal/<slug:slug>/withdraw/": "public",
    "portal/<slug:slug>/withdraw/<uuid:public_id>/": "link",
    "portal/<slug:slug>/returns/<uuid:public_id>/": "customer",
    "portal/<slug:slug>/returns/<uuid:public_id>/slip.pdf": "customer",
    "portal/<slug:slug>/returns/<uuid:public_id>/cancel/": "customer",
    "portal/<slug:slug>/returns/<uuid:public_id>/sent/": "customer",
    "portal/<slug:slug>/orders/<uuid:public_id>/return/": "customer",
    "portal/<slug:slug>/orders/<uuid:public_id>/withdraw/": "customer",
    "portal/<slug:slug>/credit/": "customer",
    "portal/<slug:slug>/profile/": "customer",
    "portal/<slug:slug>/profile/address/remove/": "customer",
    "portal/<slug:slug>/profile/<str:what>/": "customer",
    "portal/<slug:slug>/privacy/": "customer",
    "portal/<slug:slug>/privacy/copy/": "customer",
    "portal/<slug:slug>/privacy/erase/": "customer",
    "portal/<slug:slug>/privacy/copy/<str:token>/": "one_click",
    "portal/<slug:slug>/privacy/keep/<str:token>/": "one_click",
    "portal/<slug:slug>/orders/": "customer",
    "portal/<slug:slug>/orders/<uuid:public_id>/": "customer",
    "portal/<slug:slug>/orders/<uuid:public_id>/change/<str:what>/": "customer",
    "portal/<slug:slug>/orders/<uuid:public_id>/problem/": "customer",
    "portal/<slug:slug>/orders/<uuid:order_id>/papers/<uuid:public_id>/": "customer",
    "p/<str:token>/": "link",
    "health/live": "health",
    "health/ready": "health",
}
# A form of another site may post here; each checks a signature or a key of its own instead.
CSRF_EXEMPT = {
    "u/confirm/<str:token>/",
    "api/v1/events",
    "hooks/mail/<slug:provider>/<str:secret>/",
    "hooks/<slug:source>/<str:path_token>/",
    "u/^(?P<token>[A-Za-z0-9_=-]{1,200})/?$",
}
WITHOUT_LOGIN = {
    "admin/login/",
    "admin/logout/",
    "admin/jsi18n/",
    "admin/set-password/<uidb64>/<token>/",
}


def addresses(resolver: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from addresses(entry, route)
        else:
            yield route, entry.callback


def test_every_address_has_a_class():
    listed = {route for route, _view in addresses() if not route.startswith("admin/")}
    assert listed - MATRIX.keys() == set(), "give these addresses a line in MATRIX and a test"
    assert MATRIX.keys() - listed == set(), "these addresses are gone; take their lines out"


def test_exactly_these_addresses_take_posts_from_elsewhere():
    exempt = {route for route, view in addresses() if getattr(view, "csrf_exempt", False)}
    assert exempt == CSRF_EXEMPT


@pytest.mark.django_db
def test_the_dashboard_asks_strangers_to_log_in(client):
    for route, _view in addresses():
        if not route.startswith("admin/") or route in WITHOUT_LOGIN or "(?P" in route:
            continue
        url = "/" + route.replace("<path:object_id>", "1").replace("<int:number>", "0")
        url = url.replace("<id>", "1")
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code == 302, route
            assert answer.url.startswith("/admin/login/?next="), route


@pytest.mark.django_db
def test_unknown_addresses_of_the_dashboard_tell_strangers_nothing(client):
    assert client.get("/admin/no/such/page/").status_code in {302, 404}
    assert client.get("/admin/orders/").status_code in {302, 404}
