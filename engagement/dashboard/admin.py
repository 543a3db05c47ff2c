"""Found by Django's autodiscovery: every page of the dashboard registers itself."""

from django.contrib import admin
from django.contrib.auth.models import Group

from engagement.dashboard.resources import (
    accounts,
    catalog,
    connections,
    customers,
    documents,
    events,
    flows,
    imports,
    mailbox,
    members,
    messages,
    notices,
    orders,
    records,
    store_settings,
    suppressions,
    tokens,
    users,
)

__all__ = [
    "accounts",
    "catalog",
    "connections",
    "customers",
    "documents",
    "events",
    "flows",
    "imports",
    "mailbox",
    "members",
    "messages",
    "notices",
    "orders",
    "records",
    "store_settings",
    "suppressions",
    "tokens",
    "users",
]

admin.site.unregister(Group)  # roles per store stand in roles.py
