"""The sidebar: what stands where, for whom. Read by Unfold through settings."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from engagement.dashboard.roles import allows

# Title, icon, admin page, area of the role table ("" = superusers only).
GROUPS: list[tuple[str, list[tuple[str, str, str, str]]]] = [
    (
        "Shop",
        [
            ("Orders", "receipt_long", "orders_order", "orders"),
            ("Problems reported", "report", "support_problem", "problems"),
            ("Asked to change", "edit_note", "orders_changerequest", "changes"),
            ("Returns", "assignment_return", "orders_return", "returns"),
            ("Withdrawals", "undo", "orders_withdrawalstatement", "changes"),
            ("Customers", "group", "orders_customer", "customers"),
            ("Products", "inventory_2", "orders_product", "catalog"),
            ("Categories", "category", "orders_category", "catalog"),
            ("Guides", "menu_book", "guides_guide", "guides"),
            ("Steps of guides", "format_list_numbered", "guides_guidestep", "guides"),
            ("Files of guides", "attach_file", "guides_guidefile", "guides"),
            ("What readers say", "thumbs_up_down", "guides_guideanswer", "guides"),
            ("Care tips", "tips_and_updates", "guides_caretip", "guides"),
            ("Help page", "help", "guides_helpanswer", "guides"),
            ("Warranty claims", "build", "orders_claim", "claims"),
            ("Guarantees", "verified_user", "orders_guarantee", "warranty"),
            ("Inserts for boxes", "print", "guides_insertbatch", "inserts"),
            ("Vouchers", "redeem", "orders_voucher", "vouchers"),
            ("Store credit", "account_balance_wallet", "orders_creditmovement", "credit"),
            ("Sent to your shop", "call_made", "orders_platformcommand", "commands"),
        ],
    ),
    (
        "Mail",
        [
            ("Messages", "schedule_send", "engagement_messages_message", "messages"),
            ("Flows", "account_tree", "flows_flow", "flows"),
            ("Campaigns", "campaign", "flows_campaign", "campaigns"),
            ("Feeds", "rss_feed", "flows_feed", "feeds"),
            ("Segments", "filter_alt", "segments_segment", "segments"),
            ("Mail texts", "edit_note", "engagement_messages_mailversion", "mails"),
            ("Local mailbox", "inbox", "engagement_messages_localmail", "mailbox"),
            ("Suppressions", "block", "preferences_suppression", "suppressions"),
        ],
    ),
    (
        "What comes in",
        [
            ("Notices", "call_received", "orders_inboundnotice", "notices"),
            ("Events", "bolt", "events_eventrow", "events"),
            ("Reactions", "published_with_changes", "events_pendingreaction", "events"),
            ("Imports", "upload_file", "orders_importrun", "imports"),
        ],
    ),
    (
        "Set-up",
        [
            ("Store settings", "storefront", "stores_store", "settings"),
            ("Connections", "hub", "orders_webhookendpoint", "connections"),
            (
                "What customers may change",
                "tune",
                "orders_selfservicepolicy",
                "self_service",
            ),
            ("Return policies", "rule", "orders_returnpolicy", "return_policies"),
            ("Return reasons", "help", "orders_returnreason", "return_policies"),
            ("Warranty terms", "gavel", "orders_warrantyterms", "warranty"),
            ("Where claims go", "alt_route", "orders_claimrule", "warranty"),
            ("Who mends", "handyman", "orders_warrantyparty", "warranty"),
            ("Your shop's systems", "lan", "orders_platformconnection", "platforms"),
            (
                "Sending accounts",
                "outgoing_mail",
                "engagement_messages_provideraccount",
                "accounts",
            ),
            ("Sending domain", "domain", "engagement_messages_domainstanding", "domains"),
            ("API tokens", "key", "orders_apitoken", "tokens"),
            ("Members", "badge", "stores_membership", "members"),
            ("Privacy requests", "policy", "orders_privacyrequest", "privacy"),
            ("Audit log", "history", "audit_auditentry", "audit"),
            ("People", "manage_accounts", "stores_user", ""),
        ],
    ),
]

# What the sidebar calls an admin page.
PAGE_NAMES = {page: name for _, pages in GROUPS for name, _, page, _ in pages}


def store_name(request: HttpRequest) -> str | None:
    """Whose dashboard this is, under the product's name."""
    store = getattr(request, "store", None)
    return store.name if store else None


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups with what this person may open in the current store."""
    role = getattr(request, "role", None)
    has_store = getattr(request, "store", None) is not None
    superuser = getattr(request.user, "is_superuser", False)
    groups: list[dict[str, Any]] = []
    if has_store:
        groups.append(
            {"items": [{"title": "Today", "icon": "today", "link": reverse("admin:index")}]}
        )
    for title, pages in GROUPS:
        items = [
            {"title": name, "icon": icon, "link": reverse(f"admin:{page}_changelist")}
            for name, icon, page, area in pages
            if (superuser if not area else allows(role=role, area=area, deed="view"))
        ]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups
