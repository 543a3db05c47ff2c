"""Any CSV of products, read through a mapping profile: one line per variant."""

from collections.abc import Iterator

from orders.imports import values
from orders.imports.files import ImportFile, Table
from orders.imports.grouping import Group, grouped
from orders.imports.profile import NO_PROFILE, Profile
from orders.imports.records import Item, Reading, Record, Reject
from orders.imports.trouble import BadValue, UnknownFile
from orders.ingest import snapshots


def read_products(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """Products of a CSV through its profile. Raises `UnknownFile`."""
    profile = reading.profile
    if profile is None:
        raise UnknownFile(NO_PROFILE)
    table = Table(file, delimiter=profile.delimiter)
    table.require(*profile.columns.values(), what=f"a file for the profile {profile.name}")
    return _items(table, reading, profile)


def _items(table: Table, reading: Reading, profile: Profile) -> Iterator[Item]:
    column = table.column(profile.columns["product"])
    for group in grouped(rows=table.rows(), column=column, raw=table.raw):
        if isinstance(group, Reject):
            yield group
            continue
        try:
            yield Record(group.rows[0][0], _product(table, group, reading, profile))
        except BadValue as error:
            for line, cells in group.rows:
                yield Reject(line, str(error), table.raw(cells))


def _product(
    table: Table, group: Group, reading: Reading, profile: Profile
) -> snapshots.ProductSnapshot:
    at = {ours: table.column(theirs) for ours, theirs in profile.columns.items()}
    absent = len(table.header)
    currency = profile.currency or reading.currency

    def cell(cells: list[str], name: str) -> str:
        return cells[at.get(name, absent)].strip()

    def whole(cells: list[str], name: str) -> int | None:
        text = cell(cells, name)
        if text and not (text.isdecimal() and int(text) <= 32767):
            raise BadValue(f"{name.replace('_', ' ')}: “{text}” is not a whole number of days.")
        return int(text) if text else None

    first = group.rows[0][1]
    title = cell(first, "title")
    if not title:
        raise BadValue("The title is empty.")
    variants = tuple(
        snapshots.VariantSnapshot(
            external_id=(cell(cells, "variant") or cell(cells, "sku"))[:120],
            title=cell(cells, "variant_title")[:300],
            sku=cell(cells, "sku")[:120],
            price=values.money(
                cell(cells, "price"), currency=currency, decimal=profile.decimal, column="price"
            )
            if cell(cells, "price")
            else None,
            pack_size=whole(cells, "pack_size") or 1,
        )
        for _, cells in group.rows
        if cell(cells, "variant") or cell(cells, "sku")
    )
    updated_at = values.moment(
        cell(first, "updated_at"),
        zone=profile.zone or reading.zone,
        form=profile.date_format,
        column="updated at",
    )
    return snapshots.ProductSnapshot(
        source=profile.source,
        external_id=group.number[:120],
        title=title[:300],
        currency=currency,
        url=cell(first, "url"),
        image_url=cell(first, "image_url"),
        category=cell(first, "category")[:200],
        updated_at=updated_at,
        variants=variants,
        review_delay_days=whole(first, "review_delay_days"),
        replenish_after_days=whole(first, "replenish_after_days"),
        is_excerpt=updated_at is None,
    )
