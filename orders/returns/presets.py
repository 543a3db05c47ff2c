"""Ready-made policies, from “any reason, free, 30 days” to what the law asks for at least. Plain data."""

from decimal import Decimal
from typing import Any

from orders.models import ReturnPolicy

P = ReturnPolicy

PRESETS: dict[str, dict[str, Any]] = {
    P.Preset.GENEROUS: {
        "window_days": 30,
        "starts": P.Starts.DELIVERY,
        "asks_reason": False,
        "photo": P.Photo.NEVER,
        "pays": P.Pays.SHOP,
        "fee_minor": 0,
        "offers_exchange": True,
        "offers_credit": True,
        "offers_refund": True,
        "exchange_bonus_percent": Decimal(5),
        "credit_bonus_percent": Decimal(10),
        "approval": P.Approval.AUTO,
    },
    P.Preset.BALANCED: {
        "window_days": 30,
        "starts": P.Starts.DELIVERY,
        "asks_reason": True,
        "photo": P.Photo.FAULT,
        "pays": P.Pays.FAULT,
        "fee_minor": 0,
        "offers_exchange": True,
        "offers_credit": True,
        "offers_refund": True,
        "exchange_bonus_percent": Decimal(0),
        "credit_bonus_percent": Decimal(5),
        "approval": P.Approval.AUTO,
    },
    P.Preset.LEGAL: {
        "window_days": 14,
        "starts": P.Starts.DELIVERY,
        "asks_reason": True,
        "photo": P.Photo.FAULT,
        "pays": P.Pays.FAULT,
        "fee_minor": 0,
        "offers_exchange": False,
        "offers_credit": False,
        "offers_refund": True,
        "exchange_bonus_percent": Decimal(0),
        "credit_bonus_percent": Decimal(0),
        "approval": P.Approval.PERSON,
    },
}


def default_policy(*, store_id: int) -> ReturnPolicy:
    """By what a store goes that has set nothing: *balanced*, unsaved."""
    return follow_preset(ReturnPolicy(store_id=store_id), preset=ReturnPolicy.Preset.BALANCED)


def follow_preset(policy: ReturnPolicy, *, preset: str) -> ReturnPolicy:
    """Set the policy's rules as the preset has them; saves nothing. *Our own* changes nothing."""
    policy.preset = preset
    for name, value in PRESETS.get(preset, {}).items():
        setattr(policy, name, value)
    return policy


def preset_of(policy: ReturnPolicy) -> str:
    """The preset whose rules these are; *own* where they differ from each."""
    return next(
        (
            preset
            for preset, rules in PRESETS.items()
            if all(getattr(policy, name) == value for name, value in rules.items())
        ),
        ReturnPolicy.Preset.OWN,
    )
