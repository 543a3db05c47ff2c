"""What is said of a mail before it goes live, in words that help to mend it."""

import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.dashboard.mail_changes import parts_between
from engagement.messages.rendering.copy import SHARED, languages_of
from engagement.messages.rendering.limits import limited_environment
from engagement.messages.rendering.lint import lint
from engagement.messages.rendering.lint.clients import features
from engagement.messages.rendering.lint.links import broken
from engagement.messages.rendering.lint.spam import own_score
from engagement.messages.rendering.render import MARKETING
from engagement.messages.rendering.samples import KEYS
from engagement.messages.rendering.slots import as_typed, read_typed, shipped_texts
from engagement.messages.rendering.variables import unknown, variables_of


def told(level="error", template="order_confirmation", language="en", look=None, **words):
    found = lint(template=template, language=language, words=words, look=look)
    return [(one.slot, one.words) for one in found if one.level == level]


@pytest.mark.parametrize(
    ("text", "slot", "says"),
    [
        ("{{ order.nmber }}", "heading", "There is no “order.nmber”. Did you mean “number”?"),
        ("{{ ordr.number }}", "heading", "There is no “ordr.number”. Did you mean “order”?"),
        ("{{ refund.amount | money }}", "heading", "This mail knows nothing of “refund”"),
        ("{{ order.total.secret }}", "heading", "There is no “order.total.secret”"),
        ("{{ settings.SECRET_KEY }}", "heading", "There is no “settings.SECRET_KEY”"),
        ("{% if order.is_gift %}gift", "heading", "“Heading” cannot be used"),
        ("{% if false %}{{ order.number | pad: 9 }}{% endif %}a", "heading", "no filter “pad”"),
        ("{% load i18n %}", "heading", "“Heading” cannot be used"),
        ("see http://localhost/x", "heading", "can be reached by nobody but you"),
    ],
)
def test_an_error_names_its_text_and_what_to_mend(text, slot, says):
    found = told(**{slot: text})
    assert any(where == slot and says in words for where, words in found), found


def test_what_we_ship_has_nothing_wrong_in_any_language():
    for key in KEYS:
        for language in languages_of(SHARED):
            found = lint(template=key, language=language, words={})
            assert [one for one in found if one.level != "note"] == [], (key, language)


def test_our_own_words_typed_in_again_have_nothing_wrong():
    for key in ("order_confirmation", "order_delayed", "review_request", "birthday"):
        for language in ("en", "cs"):
            texts = shipped_texts(template=key, language=language)
            texts["picture_alt"] = "A wreath"
            found = lint(template=key, language=language, words=texts)
            assert [one for one in found if one.level != "note"] == [], (key, language)


def test_every_documented_value_is_known_and_can_be_written():
    for key in (*KEYS, SHARED):
        for group in variables_of(key).values():
            for variable in group:
                assert variable.means
                for path in (
                    limited_environment(language="en")
                    .from_string(variable.snippet)
                    .global_variable_segments()
                ):
                    assert unknown(template=key, path=path) == ""
    assert "The refund" not in variables_of("order_confirmation")
    assert "The refund" in variables_of("refund_issued")


def test_links_pictures_and_their_words():
    look = {"picture_url": "http://shop.test/a", "picture_link": "https://10.0.0.1/x"}
    errors, warnings = told(look=look), told("warning", look=look)
    assert len([words for _, words in errors if "nobody but you" in words]) == 2
    text = " ".join(words for _, words in warnings)
    assert "not encrypted" in text
    assert "does not end like a picture" in text
    assert "has no words" in text


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("{{ order.nmber }}", "Did you mean “number”?"),
        ("{{ 'a' | replace: '', 'aaaaaaaaaa' | pad: 9 }}", "cannot be used"),
    ],
)
def test_values_in_a_link_are_tried_as_words_are(value, says):
    errors = told(look={"button_url": f"https://lipa.cz/?x={value}"})
    assert [where for where, words in errors if says in words] == ["button_url"]
    assert told(look={"button_url": "https://lipa.cz/?x={{ order.number | url_encode }}"}) == []


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_link_is_judged_without_falling_over(link):
    list(broken(link))


@pytest.mark.parametrize(
    "link", ["https://lipa.cz/a?x={{ order.number | url_encode }}", "www.a.cz"]
)
def test_links_that_work(link):
    assert list(broken(link)) == []


def test_mail_programs_the_shop_cares_about_are_named():
    look = {"picture_url": "https://lipa.cz/a.webp", "clients": ["outlook"]}
    warnings = " ".join(words for _, words in told("warning", look=look, picture_alt="Soap"))
    assert "webP" in warnings
    assert "Outlook (Windows" in warnings
    assert "border-spacing" not in warnings  # our own structure's, whoever's picture it is
    fine = told("warning", look={**look, "clients": ["apple-mail"]}, picture_alt="Soap")
    assert fine == []


def test_features_are_read_from_tags_styles_and_pictures():
    page = (
        "<style>@media (prefers-color-scheme: dark) { .a { display: flex } }</style>"
        '<svg></svg><img src="x.AVIF?1"><p style="background: linear-gradient(red, blue)">'
    )
    assert {
        "css-at-media-prefers-color-scheme",
        "css-display-flex",
        "html-svg",
        "image-avif",
        "css-linear-gradient",
    } <= features(page)


def test_marketing_cannot_lose_its_way_out():
    """No word of the merchant's and no block takes it away; the check looks at what is written."""
    look = {"hidden": ["phone", "places", "returns", "address", "lines", "totals"]}
    for key in sorted(MARKETING):
        assert told(template=key, look=look, heading="Hello", paragraphs=[]) == []


@pytest.mark.parametrize(
    ("text", "at_least"),
    [
        ("You have WON a FREE CASINO, CLICK HERE NOW!!!", 4),
        ("Vyhráli jste! Klikněte zde!!", 2),
        ("We have your order 1042\nIt leaves tomorrow.", 0),
        ("Máme vaši objednávku", 0),
    ],
)
def test_our_own_list_of_suspicious_words(text, at_least):
    points, why = own_score(text)
    assert points >= at_least
    assert bool(points) == bool(at_least)
    assert bool(why) == bool(at_least)


def test_spamassassin_is_asked_where_it_is(tmp_path, monkeypatch):
    """Run against a stand-in that answers as ``spamc -c`` does."""
    stand_in = tmp_path / "spamc"
    stand_in.write_text("#!/bin/sh\ncat > /dev/null\necho 6.4/5.0\n")
    stand_in.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    found = lint(
        template="birthday", language="en", words={}, mime_of=lambda rendered: b"Subject: x\n\nx"
    )
    assert [one.words for one in found if "SpamAssassin" in one.words] == [
        "SpamAssassin gives it 6.4 points; 5 are junk."
    ]


@given(st.text(alphabet="ab {}%|.\n", max_size=40), st.text(alphabet="ab {}%|.\n", max_size=40))
@settings(max_examples=200, deadline=None)
def test_what_changed_holds_both_texts(before, after):
    parts = parts_between(before=before, after=after)
    assert "".join(part.text for part in parts if part.kind != "new") == before
    assert "".join(part.text for part in parts if part.kind != "gone") == after


@given(st.lists(st.text(alphabet="ab {}%\n", min_size=1, max_size=20), max_size=5))
@settings(max_examples=100, deadline=None)
def test_paragraphs_survive_their_field(paragraphs):
    once = read_typed(as_typed(paragraphs), many=True)
    assert read_typed(as_typed(once), many=True) == once
    assert all("\n" not in paragraph and paragraph.strip() for paragraph in once)
