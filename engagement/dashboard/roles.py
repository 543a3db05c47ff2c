"""Who may do what: the one table. Superusers act as owners, and alone see the people's list.

`view` opens pages, `add`, `change` and `delete` write forms, `act` presses buttons (cancel, resend,
replay …). What a row here does not name, nobody may.
"""

from collections.abc import Mapping

from core.stores.models import Membership

OWNER, MARKETER, AGENT, VIEWER = (
    Membership.Role.OWNER.value,
    Membership.Role.MARKETER.value,
    Membership.Role.AGENT.value,
    Membership.Role.VIEWER.value,
)
ALL = frozenset({OWNER, MARKETER, AGENT, VIEWER})
STAFF = frozenset({OWNER, MARKETER, AGENT})
CAMPAIGN = frozenset({OWNER, MARKETER})
CARE = frozenset({OWNER, AGENT})
OWNERS = frozenset({OWNER})

TABLE: Mapping[str, Mapping[str, frozenset[str]]] = {
    "orders": {"view": ALL, "act": CARE},
    "changes": {"view": ALL, "change": CARE, "act": CARE},
    "self_service": {"view": STAFF, "add": OWNERS, "change": OWNERS},
    "returns": {"view": ALL, "change": CARE, "act": CARE},
    "return_policies": {"view": STAFF, "add": OWNERS, "change": OWNERS, "delete": OWNERS},
    "documents": {"view": ALL, "add": CARE, "change": CARE, "delete": CARE},
    "customers": {"view": ALL, "act": STAFF},
    "catalog": {"view": ALL, "change": CAMPAIGN},
    "flows": {"view": ALL, "change": CAMPAIGN, "act": CAMPAIGN},
    "segments": {"view": ALL, "add": CAMPAIGN, "change": CAMPAIGN, "delete": CAMPAIGN},
    "campaigns": {"view": ALL, "add": CAMPAIGN, "change": CAMPAIGN, "act": CAMPAIGN},
    "guides": {
        "view": ALL,
        "add": CAMPAIGN,
        "change": CAMPAIGN,
        "delete": CAMPAIGN,
        "act": CAMPAIGN,
    },
    "feeds": {
        "view": ALL,
        "add": CAMPAIGN,
        "change": CAMPAIGN,
        "delete": CAMPAIGN,
        "act": CAMPAIGN,
    },
    "claims": {"view": ALL, "change": CARE, "act": CARE},
    "warranty": {"view": ALL, "add": CARE, "change": CARE, "delete": CARE, "act": CARE},
    "inserts": {"view": STAFF, "add": STAFF},
    "vouchers": {"view": STAFF, "add": STAFF, "act": STAFF},
    "credit": {"view": STAFF, "add": CARE},
    "mails": {"view": ALL, "change": CAMPAIGN, "act": CAMPAIGN},
    "messages": {"view": ALL, "act": STAFF},
    "mailbox": {"view": ALL},
    "problems": {"view": STAFF, "act": CARE},
    "notices": {"view": STAFF, "act": CARE},
    "events": {"view": STAFF, "act": OWNERS},
    "imports": {"view": STAFF},
    "suppressions": {"view": STAFF, "act": CARE},
    "connections": {"view": OWNERS, "add": OWNERS, "act": OWNERS},
    "platforms": {"view": OWNERS, "add": OWNERS, "change": OWNERS, "act": OWNERS},
    "commands": {"view": STAFF, "act": CARE},
    "tokens": {"view": OWNERS, "add": OWNERS, "act": OWNERS},
    "accounts": {
        "view": OWNERS,
        "add": OWNERS,
        "change": OWNERS,
        "delete": OWNERS,
        "act": OWNERS,
    },
    "domains": {"view": CAMPAIGN, "act": OWNERS},
    "settings": {"view": CAMPAIGN, "change": OWNERS, "act": OWNERS},
    "members": {
        "view": OWNERS,
        "add": OWNERS,
        "change": OWNERS,
        "delete": OWNERS,
        "act": OWNERS,
    },
    "privacy": {"view": CARE, "act": CARE},
    "audit": {"view": OWNERS},
}


def allows(*, role: str | None, area: str, deed: str) -> bool:
    """Whether `role` may do `deed` in `area`. No role, unknown area or deed: no."""
    return role in TABLE.get(area, {}).get(deed, frozenset())
