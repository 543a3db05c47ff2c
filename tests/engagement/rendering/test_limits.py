"""Merchants' words cannot take the house down, nor reach what is not theirs (A13, and the M8 set)."""

import resource
import time

import pytest
from django.template import Context
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.limits import FILTERS, TAGS, limited_environment
from engagement.messages.rendering.plain_data import copied, name_of, one_line, web_address
from engagement.messages.rendering.samples import BAD_LINKS
from engagement.messages.rendering.words import Words
from tests.engagement.rendering.bombs import BOMBS, REACHING

DATA = {"name": "Jana" * 20, "zone": "UTC", "order": {"number": "1"}}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_quickly_and_in_words(name):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    with pytest.raises(TemplateBroken) as refused:
        Words(source=BOMBS[name], language="en", where="paragraph 1").say(DATA)
    assert time.perf_counter() - started < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KB
    assert refused.value.detail.startswith("paragraph 1")
    assert "Traceback" not in refused.value.detail


@pytest.mark.parametrize(
    "source",
    REACHING,
)
def test_words_reach_values_and_never_what_python_keeps_behind_them(source):
    assert Words(source=source, language="en", where="t").say(DATA) == ""
    assert DATA["order"] == {"number": "1"}


@given(st.text(alphabet="{}%|: 'abc.()[]<>&0129\n", max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_words_are_written_or_refused_and_make_no_tags(source):
    try:
        said = Words(source=source, language="en", where="t").say(DATA)
    except TemplateBroken:
        return
    assert "<" not in said
    assert ">" not in said


def test_only_listed_tags_and_filters_are_there():
    environment = limited_environment(language="en")
    assert set(environment.tags) <= TAGS
    assert set(environment.filters) - FILTERS == {
        "day",
        "date",
        "time",
        "money",
        "number",
        "quantity",
        "plural",
    }
    assert not {"safe", "base64_decode", "escape_once", "strip_html"} & set(environment.filters)


def test_data_is_copied_and_anything_but_data_is_refused():
    given_data = {"a": [{"b": "c"}], 1: "x"}
    kept = copied(given_data)
    kept["a"][0]["b"] = "changed"
    assert given_data["a"][0]["b"] == "c"
    for thing in (object(), Context(), print, {"x": {1, 2}}, b"bytes"):
        with pytest.raises(TemplateBroken, match="plain data"):
            copied(thing)
    endless: dict = {}
    endless["again"] = endless
    with pytest.raises(TemplateBroken, match="deeply"):
        copied(endless)


@given(st.text(max_size=200))
def test_one_line_is_one_line(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    line.encode()
    assert one_line(line) == line


@pytest.mark.parametrize("link", [*BAD_LINKS, "", None, 7, "https://", "ftp://x.example/"])
def test_a_link_that_is_no_web_address_is_left_out(link):
    assert web_address(link) == ""


def test_a_name_that_is_an_advertisement_is_no_name():
    assert name_of("Jana") == "Jana"
    assert name_of("J. R. Ó Súilleabháin") == "J. R. Ó Súilleabháin"
    for spam in ("win at https://evil.example", "WWW.evil.example", "a@b.example", "x" * 61, None):
        assert name_of(spam) == ""
