"""A list of people to leave alone goes in and out: in the dashboard, by command, of any size."""

import io
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audit.models import AuditEntry
from core.stores.models import Membership
from core.stores.scope import every_store, store_scope
from engagement.preferences.addresses import address_hash
from engagement.preferences.models import Suppression
from engagement.preferences.operations.import_suppressions import import_suppressions
from engagement.preferences.queries import suppressed
from tests.factories.orders import CustomerFactory

PAGE = reverse("admin:preferences_suppression_exchange")
OUT = reverse("admin:preferences_suppression_export")


def take_in(store, now, *lines, reach="marketing"):
    with store_scope(store.pk):
        return import_suppressions(store_id=store.pk, lines=lines, reach=reach, now=now)


def left_alone(store, *emails) -> dict[str, str]:
    with store_scope(store.pk):
        return dict(suppressed(emails=emails))


def test_addresses_however_written_and_our_own_hashes_are_taken(store, now):
    taken = take_in(
        store,
        now,
        "\ufeffemail;reach\n",
        "Jana@Mail.Example\n",
        '"petr@mail.example";all;"since 2019"\n',
        "\n",
        "# a comment\n",
        f"{address_hash('eva@mail.example')}\n",
        "nobody\n",
        "jana@mail.example\n",
    )
    assert (taken.read, taken.new, taken.known, taken.rejected) == (5, 3, 1, 1)
    assert taken.rejects == [7]
    assert left_alone(store, "jana@mail.example", "petr@mail.example", "eva@mail.example") == {
        "jana@mail.example": "marketing",
        "petr@mail.example": "all",
        "eva@mail.example": "marketing",
    }


def test_taken_in_twice_it_changes_nothing_and_another_store_nothing_at_all(
    store, other_store, now
):
    for _ in range(2):
        take_in(store, now, "jana@mail.example")
    with every_store():
        assert Suppression.objects.count() == 1
        assert "jana" not in str(Suppression.objects.values())
    assert left_alone(other_store, "jana@mail.example") == {}


def test_who_is_a_customer_is_known_by_name_in_the_list(store, now):
    with store_scope(store.pk):
        jana = CustomerFactory(store=store, email="jana@mail.example")
    take_in(store, now, "jana@mail.example", reach="all")
    with store_scope(store.pk):
        row = Suppression.objects.get()
        assert (row.customer, row.reason, row.reach) == (jana, "manual", "all")


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(max_size=60), max_size=10))
def test_no_line_breaks_the_list(store, now, lines):
    taken = take_in(store, now, *lines, "end@mail.example")
    assert taken.read == taken.new + taken.known + taken.rejected
    assert left_alone(store, "end@mail.example")


def test_a_long_file_needs_little_memory(store, now):
    lines = (f"person{n}@mail.example\n" for n in range(5000))
    tracemalloc.start()
    with store_scope(store.pk):
        taken = import_suppressions(store_id=store.pk, lines=lines, reach="all", now=now)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken.new == 5000
    assert most < 12_000_000


def upload(client, text: str, **fields):
    file = SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
    return client.post(PAGE, {**client.form, "file": file, **fields}, follow=True)


def test_an_owner_takes_a_list_in_and_out_and_in_again(owner, store):
    page = upload(owner, "jana@mail.example\nx\n", reach="all").content.decode()
    assert "1 new, 0 known before; 1 lines name nobody (first: 2)" in page
    answer = owner.get(OUT)
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Disposition"] == 'attachment; filename="suppressions.csv"'
    assert "jana" not in text
    assert text.splitlines()[0] == "address_hash,reach,reason,since"
    with store_scope(store.pk):
        Suppression.objects.all()._raw_delete("default")
        upload(owner, text)
    assert left_alone(store, "jana@mail.example") == {"jana@mail.example": "all"}
    with store_scope(store.pk):
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"suppression.list_taken_in", "suppression.list_taken_out"} <= actions


def test_a_file_too_large_is_refused_in_words(owner, store, monkeypatch):
    monkeypatch.setattr("engagement.dashboard.resources.suppressions.LARGEST_MB", 0)
    assert "larger than 0 MB" in upload(owner, "jana@mail.example").content.decode()
    assert left_alone(store, "jana@mail.example") == {}


@pytest.mark.parametrize("role", [Membership.Role.MARKETER, Membership.Role.VIEWER])
def test_others_may_not(log_in, store, role):
    client = log_in(store=store, role=role)
    assert client.get(PAGE).status_code == 403
    assert client.get(OUT).status_code == 403
    assert upload(client, "jana@mail.example").status_code == 403
    assert left_alone(store, "jana@mail.example") == {}


def test_strangers_are_asked_to_log_in(client, store):
    for address in (PAGE, OUT):
        assert client.get(address).status_code == 302


def test_an_export_holds_one_stores_people_only(owner, store, other_store, now):
    take_in(other_store, now, "eva@mail.example")
    take_in(store, now, "jana@mail.example")
    text = b"".join(owner.get(OUT).streaming_content).decode()
    assert address_hash("jana@mail.example") in text
    assert address_hash("eva@mail.example") not in text


def test_the_command_takes_in_and_writes_out(store, tmp_path):
    file = tmp_path / "left.txt"
    file.write_text("jana@mail.example\nPetr <petr@mail.example>\n", encoding="utf-8")
    said = io.StringIO()
    call_command("suppressions", "import", str(file), store=store.slug, stdout=said)
    assert "1 new" in said.getvalue() or "2 new" in said.getvalue()
    out = tmp_path / "out.csv"
    call_command("suppressions", "export", str(out), store=store.slug)
    assert address_hash("jana@mail.example") in out.read_text(encoding="utf-8")
    with pytest.raises(CommandError, match="no store"):
        call_command("suppressions", "export", store="nobody")
    with pytest.raises(CommandError, match="Name the file"):
        call_command("suppressions", "import", store=store.slug)
