"""What a ruling rests on: it becomes another text with whatever the rules would hear of at MARK."""

import re
from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement.flows.rules import RULES, unsettled
from engagement.messages.models import Message, Reason
from engagement.messages.operations.mark_unchanged import grounds_of
from engagement.preferences.models import Suppression
from tests.engagement.flows.races import RACES, pause

pytestmark = pytest.mark.postgres

ASKED_BY_MARK_ITSELF = (Reason.SUPPRESSED, Reason.UNSUBSCRIBED)
FLOWS = sorted({flow for flow, _, _ in RACES})


def grounds(message: Message) -> str:
    return grounds_of([Message.objects.get(pk=message.pk)])[message.pk]


@pytest.mark.parametrize(
    ("flow", "meanwhile"),
    [race[:2] for race in RACES if race[2] and race[2] not in ASKED_BY_MARK_ITSELF]
    + [("order_confirmation", pause)],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_whatever_stops_a_mail_changes_what_its_ruling_rested_on(due, flow, meanwhile):
    message, now = due(flow)
    before = grounds(message)
    assert grounds(message) == before
    meanwhile(message, now)
    assert grounds(message) != before


def in_full(statements: Iterable[str]) -> list[str]:
    """The statements, with what PostgreSQL was given to plan where one only names it."""
    planned = {}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, statement FROM pg_prepared_statements")
            planned = dict(cursor.fetchall())
    names = ((text, re.match(r"EXECUTE (\w+)", text)) for text in statements)
    return [planned[name[1]] if name else text for text, name in names]


@pytest.mark.parametrize("flow", FLOWS)
def test_every_table_that_the_rules_read_at_mark_is_among_the_grounds(due, flow):
    message, now = due(flow)
    message = Message.objects.get(pk=message.pk)
    with CaptureQueriesContext(connection) as captured:
        RULES.forbidden(messages=[message], now=now)
    named = set(re.findall(r"\w+", RULES.grounds(marketing=message.is_marketing)))
    tables = {model._meta.db_table for model in apps.get_models()}
    read = {
        table
        for text in in_full(query["sql"] for query in captured)
        for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', text)
        if table in tables
    }
    assert len(read) > 4
    assert read - named - {Suppression._meta.db_table} == set()


def test_a_change_that_is_taken_back_counts_as_a_change(due):
    message, _ = due("order_confirmation")
    before = grounds(message)
    order = message.order
    type(order).objects.filter(pk=order.pk).update(status="canceled")
    type(order).objects.filter(pk=order.pk).update(status="open")
    assert grounds(message) != before


def test_somebody_elses_order_changes_nothing(due, bought):
    message, _ = due("review_request")
    before = grounds(message)
    bought()
    assert grounds(message) == before


def test_a_source_that_does_not_say_what_it_reads_is_asked_for_every_mail(due, monkeypatch):
    message, _ = due("review_request")
    news, _ = due("order_confirmation")
    monkeypatch.setattr(unsettled, "SOURCES", (*unsettled.SOURCES, lambda **_: {}))
    assert grounds_of([message]) == {}
    assert grounds(news)
