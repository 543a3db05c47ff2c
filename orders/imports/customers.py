"""Customers out of CSV files: Shopify's export, WooCommerce's customer export, or a mapping profile.

All three are read by one profile each; Shopify's and WooCommerce's are written here.
"""

from collections.abc import Iterator
from datetime import datetime

from orders.email_address import normalize_email
from orders.imports import values
from orders.imports.files import ImportFile, Table
from orders.imports.profile import NO_PROFILE, Profile
from orders.imports.records import Item, Reading, Record, Reject
from orders.imports.trouble import BadValue, UnknownFile
from orders.ingest import snapshots

# The first of the names that the file has is taken: exports renamed their columns over the years.
SHOPIFY = {
    "customer": ("Customer ID", "Id"),
    "email": ("Email",),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "phone": ("Phone", "Default Address Phone"),
    "country": ("Country Code", "Default Address Country Code", "Country"),
    "region": ("Province Code", "Default Address Province Code", "Province"),
    "consent": ("Accepts Email Marketing", "Accepts Marketing"),
}
WOOCOMMERCE = {
    "customer": ("customer_id", "ID", "id", "user_id"),
    "email": ("user_email", "email", "billing_email"),
    "first_name": ("first_name", "billing_first_name"),
    "last_name": ("last_name", "billing_last_name"),
    "phone": ("billing_phone", "phone"),
    "country": ("billing_country", "country"),
    "region": ("billing_state", "state"),
    "account_created_on": ("user_registered", "date_created", "registered"),
}
NOBODY = "This line has neither a customer id nor an e-mail address that could be written to."


class Customers:
    """A reader of customers. `columns` says by which names each of our fields may be called."""

    def __init__(
        self,
        *,
        file: ImportFile,
        reading: Reading,
        profile: Profile,
        columns: dict[str, tuple[str, ...]],
        what: str,
    ) -> None:
        self.reading, self.profile = reading, profile
        self.zone = profile.zone or reading.zone
        self.table = Table(file, delimiter=profile.delimiter)
        self.absent = len(self.table.header)
        self.at: dict[str, int] = {}
        for ours, theirs in columns.items():
            for name in theirs:
                if name in self.table.at:
                    self.at[ours] = self.table.at[name]
                    break
        if "customer" not in self.at and "email" not in self.at:
            raise UnknownFile(
                f"This does not look like {what}: it has neither a customer id nor an e-mail "
                f"column. Its columns are: {', '.join(self.table.header[:12])}."
            )

    def items(self) -> Iterator[Item]:
        for row in self.table.rows():
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            try:
                yield Record(line, self._customer(cells))
            except BadValue as error:
                yield Reject(line, str(error), self.table.raw(cells))

    def _cell(self, cells: list[str], name: str) -> str:
        return cells[self.at.get(name, self.absent)].strip().removeprefix("'")

    def _moment(self, cells: list[str], name: str) -> datetime | None:
        return values.moment(
            self._cell(cells, name),
            zone=self.zone,
            form=self.profile.date_format,
            column=name.replace("_", " "),
        )

    def _customer(self, cells: list[str]) -> snapshots.CustomerUpdate:
        external_id = self._cell(cells, "customer")[:120]
        email = values.email(self._cell(cells, "email"))
        if not external_id and not normalize_email(email):
            raise BadValue(NOBODY)
        first, last = self._cell(cells, "first_name"), self._cell(cells, "last_name")
        if not first and not last:
            first, last = values.names(self._cell(cells, "name"))
        country = self._cell(cells, "country")
        updated_at = self._moment(cells, "updated_at")
        return snapshots.CustomerUpdate(
            source=self.profile.source,
            customer=snapshots.CustomerSnapshot(
                external_id=external_id,
                email=email,
                first_name=first[:120],
                last_name=last[:120],
                phone=self._cell(cells, "phone")[:40],
                locale=self._cell(cells, "locale")[:16],
                country=self.profile.countries.get(country) or values.country(country),
                region=self._cell(cells, "region")[:16],
                time_zone=self._cell(cells, "time_zone"),
                birthday=values.birthday(
                    self._cell(cells, "birthday"), form=self.profile.birthday_format
                ),
                account_created_on=values.day(
                    self._cell(cells, "account_created_on"),
                    form=self.profile.date_format,
                    column="account created on",
                ),
                updated_at=updated_at,
            ),
            consent=self._consent(cells, email=email, external_id=external_id),
            is_excerpt=updated_at is None,
        )

    def _consent(
        self, cells: list[str], *, email: str, external_id: str
    ) -> snapshots.ConsentStatement | None:
        """What the person said. An unticked box says nothing, neither yes nor an objection; an
        explicit "unsubscribed" is a refusal, and so is "no" where the profile says so."""
        basis = values.consent(
            self._cell(cells, "consent"),
            column="consent",
            no_is_refusal=self.profile.no_is_refusal,
        )
        if basis is None:
            return None
        at = self._moment(cells, "consent_at")
        wording = self._cell(cells, "consent_wording") or self.profile.consent_wording
        return snapshots.ConsentStatement(
            email=email,
            basis=basis,
            stated_at=at or self.reading.as_of,
            source=self.profile.source if at else self.profile.source + snapshots.UNDATED,
            wording=wording,
            customer_external_id=external_id,
        )


def read_shopify(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """Shopify's customers export. Raises `UnknownFile`."""
    profile = Profile(
        name="shopify",
        kind="customers",
        source="shopify",
        columns={},
        consent_wording="Accepts Email Marketing (Shopify customers export)",
    )
    return Customers(
        file=file,
        reading=reading,
        profile=profile,
        columns=SHOPIFY,
        what="Shopify's customers export",
    ).items()


def read_woocommerce(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """A WooCommerce customers export. Raises `UnknownFile`."""
    profile = Profile(name="woocommerce", kind="customers", source="woocommerce", columns={})
    return Customers(
        file=file,
        reading=reading,
        profile=profile,
        columns=WOOCOMMERCE,
        what="an export of WooCommerce customers",
    ).items()


def read_csv(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """Customers of a CSV through its profile. Raises `UnknownFile`."""
    profile = reading.profile
    if profile is None:
        raise UnknownFile(NO_PROFILE)
    return Customers(
        file=file,
        reading=reading,
        profile=profile,
        columns={ours: (theirs,) for ours, theirs in profile.columns.items()},
        what=f"a file for the profile {profile.name}",
    ).items()
