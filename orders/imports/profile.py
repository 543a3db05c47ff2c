"""A mapping profile: a small TOML file that says what the columns of somebody's CSV mean."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orders.imports.trouble import UnknownFile

SHIPPED = Path(__file__).parent / "profiles"
NO_PROFILE = "A CSV file needs --profile: a shipped name or the path of a .toml file."
COLUMNS = {
    "orders": {
        "order", "customer", "email", "first_name", "last_name", "name", "phone", "country",
        "sku", "batch", "title", "variant_title", "product", "category", "quantity", "unit_price",
        "discount", "placed_at", "paid_at", "shipped_at", "delivered_at", "promised_at",
        "updated_at", "status", "currency", "tracking_number", "carrier",
    },
    "customers": {
        "customer", "email", "first_name", "last_name", "name", "phone", "locale", "country",
        "region", "time_zone", "birthday", "account_created_on", "updated_at",
        "consent", "consent_at", "consent_wording",
    },
    "products": {
        "product", "variant", "title", "variant_title", "sku", "price", "url", "image_url",
        "category", "pack_size", "review_delay_days", "replenish_after_days", "updated_at",
    },
}  # fmt: skip
NEEDED = {
    "orders": ("order", "quantity", "unit_price", "placed_at"),
    "customers": (),
    "products": ("product", "title"),
}


@dataclass(frozen=True)
class Profile:
    """One profile. See `orders/imports/profiles/online_retail.toml` for every word of it."""

    name: str
    kind: str
    source: str
    columns: dict[str, str]
    zone: str = ""
    currency: str = ""
    delimiter: str = ""
    encoding: str = "utf-8-sig"
    decimal: str = "."
    date_format: str = ""
    birthday_format: str = ""
    consent_wording: str = ""
    no_is_refusal: bool = False
    payment_status: str = "paid"
    canceled_prefix: str = ""
    canceled_words: frozenset[str] = frozenset()
    negative_lines: str = "reject"  # or an adjustment's reason
    free_without_customer: str = "keep"  # or an adjustment's reason
    duplicates: str = "keep"  # or "drop"
    shipping_codes: frozenset[str] = frozenset()
    skipped_codes: frozenset[str] = frozenset()
    serviced_codes: frozenset[str] = frozenset()
    countries: dict[str, str] = field(default_factory=dict)


def load_profile(name: str, *, kind: str) -> Profile:
    """A shipped profile by name, or any by path. Raises `UnknownFile` with what is wrong in it."""
    path = Path(name) if name.endswith(".toml") else SHIPPED / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        shipped = ", ".join(sorted(file.stem for file in SHIPPED.glob("*.toml")))
        raise UnknownFile(
            f"There is no profile {name}. Name a .toml file, or one of: {shipped}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnknownFile(f"The profile {path.name} is not valid TOML: {error}.") from error
    return read_profile(data, kind=kind, name=path.stem)


def read_profile(data: dict[str, Any], *, kind: str, name: str) -> Profile:
    """A profile out of its TOML tables. Raises `UnknownFile`."""
    told = data.get("kind", "orders")
    if told != kind:
        raise UnknownFile(f"The profile {name} is for {told}, not for {kind}.")
    columns = data.get("columns", {})
    unknown = sorted(columns.keys() - COLUMNS[kind])
    if unknown:
        raise UnknownFile(
            f"The profile {name} maps {', '.join(unknown)}, which {kind} do not have. "
            f"They have: {', '.join(sorted(COLUMNS[kind]))}."
        )
    missing = [need for need in NEEDED[kind] if need not in columns]
    if missing:
        raise UnknownFile(f"The profile {name} does not say which column is {', '.join(missing)}.")
    if data.get("consent_no", "silence") not in {"silence", "refusal"}:
        raise UnknownFile(f"The profile {name}: consent_no is either silence or refusal.")
    _check_zone(data.get("zone", ""), name=name)
    lines, codes = data.get("lines", {}), data.get("codes", {})
    cancellation = data.get("cancellation", {})
    return Profile(
        name=name,
        kind=kind,
        source=data.get("source", name),
        columns=dict(columns),
        zone=data.get("zone", ""),
        currency=data.get("currency", ""),
        delimiter=data.get("delimiter", ""),
        encoding=data.get("encoding", "utf-8-sig"),
        decimal=data.get("decimal", "."),
        date_format=data.get("date_format", ""),
        birthday_format=data.get("birthday_format", ""),
        consent_wording=data.get("consent_wording", ""),
        no_is_refusal=data.get("consent_no", "silence") == "refusal",
        payment_status=data.get("payment_status", "paid"),
        canceled_prefix=cancellation.get("prefix", ""),
        canceled_words=frozenset(word.lower() for word in cancellation.get("status", [])),
        negative_lines=lines.get("negative", "reject"),
        free_without_customer=lines.get("free_without_customer", "keep"),
        duplicates=lines.get("duplicates", "keep"),
        shipping_codes=frozenset(codes.get("shipping", [])),
        skipped_codes=frozenset(codes.get("skip", [])),
        serviced_codes=frozenset(codes.get("no_product", [])),
        countries=dict(data.get("countries", {})),
    )


def _check_zone(zone: str, *, name: str) -> None:
    try:
        if zone:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnknownFile(
            f"The profile {name} names the zone {zone}, which is none; write it like Europe/London."
        ) from error
