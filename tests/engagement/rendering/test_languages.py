"""Every shipped language is whole: the slots, variables and plural forms it needs, nothing borrowed."""

import re

import pytest

from core.stores.models.store import LANGUAGES
from engagement.messages.rendering.copy import SHARED, languages_of, strings, words_of
from engagement.messages.rendering.formats import locale_of
from engagement.messages.rendering.limits import limited_environment
from engagement.messages.rendering.render import MARKETING, render
from engagement.messages.rendering.samples import KEYS, full, minimal

SHIPPED = [language for language in languages_of(SHARED) if language != "en"]
MAILS = [(key, language) for language in SHIPPED for key in KEYS]
SOURCES = [(key, language) for language in SHIPPED for key in (SHARED, *KEYS)]

# Where an address by name asks for a case that no filter can build, a language greets without it.
NAME = "customer.first_name"
WITHOUT_NAME = {"cs", "sk"}


def sources(key: str, language: str) -> list[str]:
    """All strings of a mail in one language, as written."""
    texts = (strings(key, language) or {}).values()
    return [one for text in texts for one in ([text] if isinstance(text, str) else text)]


def variables(key: str, language: str) -> set[str]:
    parse = limited_environment(language=language).from_string
    return {path for text in sources(key, language) for path in parse(text).variable_paths()}


def test_a_language_is_shipped_for_every_mail_and_can_be_chosen():
    for key in KEYS:
        assert languages_of(key) == languages_of(SHARED)
    assert {"en", *SHIPPED} <= {code for code, _ in LANGUAGES}


@pytest.mark.parametrize(("key", "language"), SOURCES)
def test_the_slots_are_those_of_the_english(key, language):
    ours, english = strings(key, language), strings(key, "en")
    shape = {name: len(text) if isinstance(text, list) else 1 for name, text in english.items()}
    assert shape == {
        name: len(text) if isinstance(text, list) else 1 for name, text in ours.items()
    }
    assert all(text.strip() for text in sources(key, language))


@pytest.mark.parametrize(("key", "language"), SOURCES)
def test_what_is_told_is_what_the_english_tells(key, language):
    ours, english = variables(key, language), variables(key, "en")
    assert ours | {NAME} == english | {NAME}
    if language in WITHOUT_NAME:
        assert NAME not in ours


@pytest.mark.parametrize(("key", "language"), SOURCES)
def test_plurals_have_all_forms_of_the_language(key, language):
    forms = {*locale_of(language).plural_form.tags, "other"}
    for text in sources(key, language):
        for given in re.findall(r"\| plural:([^}]*)", text):
            assert set(re.findall(r"(\w+): *'[^']+'", given)) == forms


@pytest.mark.parametrize(("key", "language"), MAILS)
def test_a_mail_comes_out_in_its_language_and_borrows_nothing(key, language):
    slots = words_of(key, (language, "en")).values()
    said = [words for slot in slots for words in (slot if isinstance(slot, tuple) else (slot,))]
    assert {words.language for words in said} == {language}
    for context in (full(), minimal()):
        mail = render(template=key, language=language, context=context)
        assert mail.language == language
        assert f'<html lang="{language}"' in mail.html
        for leak in ("None", "{{", "{%", "}}"):
            assert leak not in mail.html.split("</style>")[-1]
            assert leak not in mail.text
        text = " ".join(mail.text.split())
        assert " ".join(mail.preheader.split()) not in text
        assert 20 <= len(mail.preheader) <= 140
        assert 8 <= len(mail.subject) <= 60


@pytest.mark.parametrize("language", SHIPPED)
def test_only_marketing_has_the_word_to_unsubscribe(language):
    way_out = strings(SHARED, language)["unsubscribe"]
    for key in KEYS:
        text = render(template=key, language=language, context=full()).text
        assert (way_out in text.replace("\xa0", " ")) == (key in MARKETING)
