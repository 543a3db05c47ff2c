"""A merchant's strings are tried in a process that may die of them (A13, and the M8 set)."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engagement.messages.models import MailVersion
from engagement.messages.operations.publish_copy import BadCopy, publish_copy, restore_copy
from engagement.messages.rendering import try_words as trying
from engagement.messages.rendering.try_words import KILLED, NOT_TRIED, try_words
from tests.engagement.rendering.bombs import BOMBS, REACHING

ROOT = Path(__file__).resolve().parents[3]


def test_every_bomb_is_refused_in_words_and_costs_the_parent_nothing():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    # A bomb of another kind needs an order's values; "name" is none of ours, so it is put in.
    texts = {name: source.replace("name", "customer.first_name") for name, source in BOMBS.items()}
    texts["doubling"] = BOMBS["doubling"]
    found = try_words(texts=texts, language="en")
    assert time.perf_counter() - started < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KB
    survived = {name for name, tried in found.items() if not tried.error}
    assert survived == set()
    for tried in found.values():
        assert "Traceback" not in tried.error
        assert tried.error != NOT_TRIED


def test_what_reaches_behind_the_values_finds_nothing_and_is_named():
    found = try_words(texts={str(n): text for n, text in enumerate(REACHING)}, language="en")
    for tried in found.values():
        assert tried.error == ""
        assert {said for texts in tried.said.values() for said in texts} == {""}


@pytest.mark.parametrize("limits", [{"megabytes": 1}, {"seconds": 0}])
def test_a_child_that_dies_is_told_in_words(limits):
    loop = "{% for i in (1..5000) %}{{ i }} bbbbbbbbbbbbbbb{% endfor %}"
    found = try_words(texts={"heading": loop, "button": "x"}, language="en", **limits)
    told = {tried.error for tried in found.values()}
    assert told <= {KILLED, NOT_TRIED, "It asks for more memory than a mail may take.", ""}
    assert found["heading"].error


def test_all_texts_together_are_limited_too():
    loop = "{% for i in (1..5000) %}{{ i }} bbbbbbbbbbbbbbb{% endfor %}"
    found = try_words(texts={"heading": loop, "contact_text": loop}, language="en")
    assert found["heading"].error == ""
    assert found["contact_text"].error == "All texts together become too long."


def test_a_child_that_hangs_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(trying, "LONGEST_WAIT", 0.01)
    assert try_words(texts={"heading": "Hello"}, language="en")["heading"].error == KILLED


def test_the_child_knows_no_secret_and_no_settings():
    code = (
        "import engagement.messages.rendering.trial, os; from django.conf import settings;"
        "print(settings.configured, sorted(os.environ))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.startswith("False")
    assert "SECRET" not in told
    assert "DATABASE" not in told
    assert os.environ  # ours is untouched


def test_what_is_fine_is_said_for_every_sample():
    tried = try_words(texts={"heading": "Thanks, {{ customer.first_name }}!"}, language="en")
    assert tried["heading"].error == ""
    assert tried["heading"].said["full"] == ["Thanks, Jana!"]
    assert tried["heading"].paths == [["customer", "first_name"]]
    assert set(tried["heading"].said) == {"full", "minimal", "hostile"}
    assert "<" not in tried["heading"].said["hostile"][0]


DEADLY = {
    "heading": "{% for i in (1..9000) %}{% for j in (1..9000) %}{{ i }}{% endfor %}{% endfor %}"
}


def test_nothing_deadly_is_published_or_restored_by_whatever_door(store, in_store, now):
    about = {"template": "order_confirmation", "language": "en"}
    with pytest.raises(BadCopy, match="Heading: "):
        publish_copy(store=store, content=DEADLY, by="a@b.example", now=now, **about)
    old = MailVersion.objects.create(
        store=store, number=1, content=DEADLY, live_from=now, created_at=now, **about
    )
    with pytest.raises(BadCopy, match="Heading: "):
        restore_copy(store=store, version=old, by="a@b.example", now=now)
    assert MailVersion.objects.count() == 1


def test_the_links_of_a_look_are_tried_too(store, in_store, now):
    look = {"picture_link": "https://lipa.example/{{ order.number | no_such_filter }}"}
    with pytest.raises(BadCopy):
        publish_copy(
            store=store,
            template="order_confirmation",
            language="",
            content=look,
            by="a@b.example",
            now=now,
        )
