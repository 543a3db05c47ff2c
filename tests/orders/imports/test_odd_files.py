"""Files that are not what their format says, and files that spreadsheets have been at."""

import gzip
from pathlib import Path

import pytest
from django.core.management import CommandError

from core.events.spine import drain
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import Message
from orders.models import ImportRun, Order, OrderLine, Product
from tests.conftest import NOON
from tests.data import shared

pytestmark = pytest.mark.django_db

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
GOOD = "1,SOAP,Soap,2,2011-01-04 10:00:00,1.50,100,EIRE\n"
GOODS = """kind = "products"
source = "till"
decimal = ","
[columns]
product = "No"
title = "Name"
variant_title = "Size"
sku = "Code"
price = "Price"
category = "Kind"
pack_size = "Pack"
review_delay_days = "Ask after"
replenish_after_days = "Lasts"
"""


@pytest.mark.parametrize(
    "data",
    [
        ("\ufeff" + HEADER + GOOD).encode(),
        (HEADER + GOOD).replace("\n", "\r\n").encode(),
        (HEADER + GOOD).replace(",", ",").rstrip("\n").encode(),
        ("\ufeff" + HEADER + GOOD + "\n\n").replace("\n", "\r\n").encode(),
    ],
    ids=["BOM", "CRLF", "no last line end", "all of it, and blank lines"],
)
def test_what_spreadsheets_do_to_a_file_is_borne(
    store: Store, run, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(data)
    told = run("import_orders", path, "csv", profile="online_retail")
    assert (told["counts"]["orders new"], told["rejected"]) == (1, 0)
    with store_scope(store.pk):
        assert OrderLine.objects.get().title == "Soap"


@pytest.mark.parametrize("command", ["import_orders", "import_customers", "import_products"])
@pytest.mark.parametrize("file_format", ["shopify", "woocommerce"])
@pytest.mark.parametrize(
    "text", ["", "\n", "Only\nx\n", "a;b;c\n1;2;3\n"], ids=["empty", "blank", "1 column", "other"]
)
def test_a_file_that_is_something_else_is_refused_in_words(
    store: Store, run, write, command: str, file_format: str, text: str
) -> None:
    with pytest.raises(CommandError) as refused:
        run(command, write("odd.csv", text), file_format)
    assert str(refused.value).endswith(".")
    assert "column" in str(refused.value) or "no header row" in str(refused.value)


def test_a_wrong_delimiter_is_refused_with_what_was_found(store: Store, run, write) -> None:
    semicolons = (HEADER + GOOD).replace(",", ";")
    with pytest.raises(CommandError, match="InvoiceNo;StockCode"):
        run("import_orders", write("odd.csv", semicolons), "csv", profile="online_retail")


def test_a_file_that_only_claims_to_be_gz_is_refused(store: Store, run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv.gz"
    path.write_bytes(b"\x1f\x8b" + b"this is no gzip at all" * 4)
    with pytest.raises(CommandError, match="no header row"):
        run("import_orders", path, "csv", profile="online_retail")


def test_a_file_that_is_not_there_is_told(store: Store, run, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be opened"):
        run("import_orders", tmp_path / "absent.csv", "csv", profile="online_retail")


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        ('kind = "customers"', "is for customers, not for products"),
        ('kind = "products"', "does not say which column is product, title"),
        (GOODS + 'weight = "kg"', "maps weight, which products do not have"),
        ("kind = ", "is not valid TOML"),
        ('zone = "Mars/Olympus"\n' + GOODS, "names the zone Mars/Olympus"),
        ('consent_no = "maybe"\n' + GOODS, "either silence or refusal"),
    ],
)
def test_a_profile_with_a_mistake_is_told_what(
    store: Store, run, write, profile: str, reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        run(
            "import_products",
            write("goods.csv", "No,Name\n1,Soap\n"),
            "csv",
            profile=str(write("mine.toml", profile)),
        )


def test_products_of_a_profile_bring_their_after_sale_days(store: Store, run, write) -> None:
    rows = (
        "No;Name;Size;Code;Price;Kind;Pack;Ask after;Lasts\n"
        '9;Day cream;50 ml;DC-50;"1.299,50";Skin care;1;14;60\n'
        '9;Day cream;3 × 50 ml;DC-150;"3.299,00";Skin care;3;;\n'
        "10;Soap;;SO;99;Soaps;;soon;\n"
    )
    profile = str(write("mine.toml", GOODS))
    told = run("import_products", write("goods.csv", rows), "csv", profile=profile)
    assert told["rejected"] == 1
    with store_scope(store.pk):
        cream = Product.objects.get()
        assert (cream.review_delay_days, cream.replenish_after_days) == (14, 60)
        assert str(cream.category) == "Skin care"
        found = cream.variants.order_by("sku").values_list("sku", "price_minor", "pack_size")
        assert list(found) == [("DC-150", 329900, 3), ("DC-50", 129950, 1)]


@pytest.mark.parametrize("command", ["import_customers", "import_products"])
def test_a_dry_run_writes_nothing(store: Store, run, write, command: str) -> None:
    text = "Handle,Title,Variant Price,Email\nsoap,Soap,9,jana@mail.example\n"
    told = run(command, write("odd.csv", text), "shopify", dry_run=True)
    assert (told["dry_run"], told["rejected"]) == (True, 0)
    assert told["counts"] == {f"{command.removeprefix('import_')} read": 1}
    with store_scope(store.pk):
        assert not Product.objects.exists()
        assert not ImportRun.objects.exists()


@pytest.mark.measure
def test_no_mail_is_ever_planned_from_an_import(store: Store, run, tmp_path: Path) -> None:
    """With every flow installed, and every reaction run."""
    whole = shared("online_retail", "online_retail.csv.gz")
    path = tmp_path / "slice.csv.gz"
    with gzip.open(whole, "rt") as source, gzip.open(path, "wt") as target:
        for _, line in zip(range(4_001), source, strict=False):
            target.write(line)
    with store_scope(store.pk):
        install_flows(store=store, now=NOON)
    run("import_orders", path, "csv", profile="online_retail")
    drain()
    with store_scope(store.pk):
        assert Order.objects.count() > 100
        assert not Message.objects.exists()
