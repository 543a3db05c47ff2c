"""A broken file never stops at a bad line; each is told with its reason, in words."""

import csv
import gzip
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.stores.models import Store
from core.stores.scope import store_scope
from orders.imports.grouping import WINDOW
from orders.models import ImportReject, ImportRun, Order, OrderLine

pytestmark = pytest.mark.django_db

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
GOOD = "1,SOAP,Soap,2,2011-01-04 10:00:00,1.50,100,EIRE\n"


def reasons(path: Path) -> dict[int, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {int(row["line"]): row["reason"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2,SOAP,Soap,two,2011-01-04 10:00:00,1.50,100,EIRE", "“two” is not a quantity"),
        ("2,SOAP,Soap,0,2011-01-04 10:00:00,1.50,100,EIRE", "The quantity is zero"),
        ("2,SOAP,Soap,2,4.1.2011,1.50,100,EIRE", "“4.1.2011” is not a date"),
        ("2,SOAP,Soap,2,,1.50,100,EIRE", "The date is empty"),
        ("2,SOAP,Soap,2,2011-01-04 10:00:00,free,100,EIRE", "“free” is not an amount of money"),
        ("2,SOAP,Soap,2,2011-01-04 10:00:00,-3,100,EIRE", "The unit price is negative"),
        ("2,SOAP,Soap,2,2011-01-04 10:00:00,NaN,100,EIRE", "“NaN” is not an amount of money"),
        (",SOAP,Soap,2,2011-01-04 10:00:00,1.50,100,EIRE", "no order number"),
        ("2,SOAP,Soap", "3 cells where the header has 8"),
        ("2,SOAP,So\x00ap,2,2011-01-04 10:00:00,1.50,100,EIRE", "zero byte"),
        ("2,SOAP,Soap,9e99,2011-01-04 10:00:00,1.50,100,EIRE", "is not a quantity"),
    ],
)
def test_a_bad_line_is_told_and_the_rest_goes_in(
    store: Store, run, write, tmp_path: Path, line: str, reason: str
) -> None:
    path = write("broken.csv", HEADER + line + "\n" + GOOD)
    told = run("import_orders", path, "csv", profile="online_retail")
    assert told["rejected"] == 1
    assert told["counts"]["orders new"] == 1
    found = reasons(tmp_path / "rejects.csv")
    assert reason in found[2]
    with store_scope(store.pk):
        assert ImportReject.objects.get().line == 2
        assert Order.objects.get().external_id == "1"


def test_a_promised_day_that_is_none_leaves_its_order_out(
    store: Store, run, write, tmp_path: Path
) -> None:
    """It is read last, when the order is put together."""
    profile = write(
        "promises.toml",
        'kind = "orders"\n[columns]\norder = "no"\nquantity = "pieces"\nunit_price = "price"\n'
        'placed_at = "at"\npromised_at = "by"\n',
    )
    rows = "no,pieces,price,at,by\n1,2,3.00,2026-01-04,soon\n2,2,3.00,2026-01-04,2026-01-09\n"
    told = run("import_orders", write("promises.csv", rows), "csv", profile=str(profile))
    assert (told["rejected"], told["counts"]["orders new"]) == (1, 1)
    assert "“soon” is not a date" in reasons(tmp_path / "rejects.csv")[2]


def test_a_bad_line_takes_its_whole_order_along(store: Store, run, write, tmp_path: Path) -> None:
    """Half an order would be a wrong one: its mended lines come back together."""
    bad = GOOD.replace(",2,", ",two,").replace("SOAP", "CUP")
    path = write("half.csv", HEADER + GOOD + bad + GOOD.replace("1,SOAP", "7,SOAP"))
    run("import_orders", path, "csv", profile="online_retail")
    found = reasons(tmp_path / "rejects.csv")
    assert "Line 3 of this order could not be read" in found[2]
    assert "“two” is not a quantity" in found[3]
    with store_scope(store.pk):
        assert [one.external_id for one in Order.objects.all()] == ["7"]


def test_bytes_that_are_no_text_cost_one_line(store: Store, run, tmp_path: Path) -> None:
    path = tmp_path / "latin.csv.gz"
    rows = HEADER + GOOD + GOOD.replace("1,SOAP,Soap", "2,SOAP,Crème").replace("EIRE", "EIRE")
    path.write_bytes(gzip.compress(rows.encode("latin-1")))
    told = run("import_orders", path, "csv", profile="online_retail")
    assert told["rejected"] == 1
    assert "not valid UTF-8 text" in reasons(tmp_path / "rejects.csv")[3]
    assert told["counts"]["orders new"] == 1


def test_a_gzip_cut_short_keeps_what_came_before(store: Store, run, tmp_path: Path) -> None:
    path = tmp_path / "cut.csv.gz"
    rows = HEADER + "".join(GOOD.replace("1,SOAP", f"{n},S{n * 7919}") for n in range(400))
    packed = gzip.compress(rows.encode())
    path.write_bytes(packed[: len(packed) // 2])
    told = run("import_orders", path, "csv", profile="online_retail")
    assert told["counts"]["orders new"] > 20
    assert any("ends in the middle" in why for why in reasons(tmp_path / "rejects.csv").values())


def test_lines_of_one_order_may_lie_a_little_apart(store: Store, run, write) -> None:
    rows = [HEADER, GOOD, GOOD.replace("1,", "2,", 1), GOOD.replace("SOAP", "CUP")]
    told = run("import_orders", write("mixed.csv", "".join(rows)), "csv", profile="online_retail")
    assert told["counts"]["orders new"] == 2
    with store_scope(store.pk):
        assert OrderLine.objects.filter(order__external_id="1").count() == 2


def test_lines_of_one_order_too_far_apart_are_told(
    store: Store, run, write, tmp_path: Path
) -> None:
    between = "".join(GOOD.replace("1,", "x,", 1) for n in range(WINDOW + 1))
    path = write("far.csv", HEADER + GOOD + between + GOOD)
    told = run("import_orders", path, "csv", profile="online_retail")
    assert told["rejected"] == 1
    assert "sort the file by order number" in reasons(tmp_path / "rejects.csv")[WINDOW + 4]
    with store_scope(store.pk):
        assert OrderLine.objects.filter(order__external_id="1").count() == 1


def test_a_dry_run_writes_nothing(store: Store, run, write) -> None:
    path = write("few.csv", HEADER + GOOD + "2,only,two\n")
    told = run("import_orders", path, "csv", profile="online_retail", dry_run=True)
    assert told["counts"] == {"orders read": 1}
    assert told["rejected"] == 1
    with store_scope(store.pk):
        assert not Order.objects.exists()
        assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("", {"profile": "online_retail"}, "no header row"),
        ("a,b\n1,2\n", {"profile": "online_retail"}, "the column InvoiceNo"),
        (HEADER, {"profile": "nobody"}, "There is no profile nobody"),
        (HEADER, {}, "needs --profile"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(
    store: Store, run, write, text: str, options: dict, reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        run("import_orders", write("odd.csv", text), "csv", **options)


def test_an_unknown_store_is_named(db, write) -> None:
    with pytest.raises(CommandError, match="There is no store nowhere"):
        call_command(
            "import_orders", write("few.csv", HEADER), store="nowhere", format="csv", json=True
        )
