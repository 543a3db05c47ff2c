"""Addresses as shop exports write them: a row of columns under one prefix."""

from orders.imports.files import Table
from orders.imports.values import country
from orders.ingest.snapshots import AddressSnapshot


class AddressColumns:
    """Where one address stands in a table. `columns` maps our field to their column."""

    def __init__(self, table: Table, columns: dict[str, str]) -> None:
        self._at = {ours: table.column(theirs) for ours, theirs in columns.items()}

    def read(self, cells: list[str]) -> AddressSnapshot | None:
        """The address, or None where the row has none."""
        parts = {name: cells[column].strip() for name, column in self._at.items()}
        if first := parts.pop("first_name", ""):
            parts["name"] = f"{first} {parts['name']}".strip()
        # Spreadsheets are kept from eating a leading zero by an apostrophe.
        parts["postcode"] = parts["postcode"].removeprefix("'")
        parts["phone"] = parts["phone"].removeprefix("'")
        parts["country"] = country(parts["country"])
        return AddressSnapshot(**parts) if any(parts.values()) else None
