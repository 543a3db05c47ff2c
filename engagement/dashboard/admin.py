"""Found by Django's autodiscovery: every page of the dashboard registers itself."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from engagement.dashboard.resources import (
    accounts,
    campaigns,
    catalog,
    changes,
    commands,
    connections,
    credit,
    customers,
    documents,
    domains,
    events,
    feeds,
    flows,
    guide_pages,
    guides,
    help_answers,
    imports,
    mailbox,
    mails,
    members,
    messages,
    notices,
    orders,
    platforms,
    records,
    segments,
    store_settings,
    suppressions,
    tokens,
    users,
    vouchers,
)

__all__ = [
    "accounts",
    "campaigns",
    "catalog",
    "changes",
    "commands",
    "connections",
    "credit",
    "customers",
    "documents",
    "domains",
    "events",
    "feeds",
    "flows",
    "guide_pages",
    "guides",
    "help_answers",
    "imports",
    "mailbox",
    "mails",
    "members",
    "messages",
    "notices",
    "orders",
    "platforms",
    "records",
    "segments",
    "store_settings",
    "suppressions",
    "tokens",
    "users",
    "vouchers",
]

admin.site.unregister(Group)  # roles per store stand in roles.py
admin.site.unregister([StaticDevice, TOTPDevice])  # keys: nobody looks at them
