"""Definitions survive the database, and a broken one is refused in a merchant's words."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.flows.catalog import (
    CATALOG,
    cross_sell,
    ended_by,
    order_shipped,
    review_request,
    started_by,
)
from engagement.flows.catalog.review_request import FLOW as REVIEW
from engagement.flows.definition import BadDefinition, Condition, Definition, Step, Wait
from engagement.messages.rendering.render import MARKETING
from engagement.preferences.topics import Topic
from engagement.wiring import WIRING

keys = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
clocks = st.times().map(lambda each: f"{each:%H:%M}")
waits = st.one_of(
    st.builds(Wait, hours=st.integers(0, 10_000)),
    st.builds(Wait, days=st.integers(0, 3660), at=clocks),
    st.builds(Wait, setting=st.sampled_from(["review_delay", "replenish_interval"]), at=clocks),
)
scalars = st.one_of(st.booleans(), st.integers(-(10**9), 10**9), st.text(max_size=20))
conditions = st.one_of(
    st.builds(Condition, fact=keys, value=scalars),
    st.builds(
        Condition,
        fact=keys,
        value=st.lists(scalars, max_size=3).map(tuple),
        operator=st.just("one_of"),
    ),
)


@st.composite
def definitions(draw) -> Definition:
    names = draw(st.lists(keys, min_size=1, max_size=4, unique=True))
    steps = []
    for index, name in enumerate(names):
        steps.append(
            Step(
                key=name,
                template=draw(keys),
                wait=draw(waits),
                follows=draw(st.sampled_from(["", *names[:index]])),
                grace_hours=draw(st.integers(1, 1000)),
                expires_after_hours=draw(st.integers(1, 1000)),
                usual_days=draw(st.none() | st.tuples(st.integers(0, 9), st.integers(10, 99))),
            )
        )
    marketing = draw(st.booleans())
    return Definition(
        key=draw(keys),
        title=draw(st.text(max_size=30)),
        purpose=draw(st.text(max_size=30)),
        message_class="marketing" if marketing else "transactional",
        topic=draw(st.sampled_from(Topic.values)) if marketing else "",
        subject=draw(st.sampled_from(["order", "fulfillment", "customer", "refund"])),
        starts_on=tuple(draw(st.lists(st.just("order.placed"), min_size=1, max_size=2))),
        steps=tuple(steps),
        counts_from=draw(st.sampled_from(["event", "arrival", "occasion"])),
        one_per=draw(st.sampled_from(["subject", "event", "product"])),
        conditions=tuple(draw(st.lists(conditions, max_size=3))),
        waits_for_peace=draw(st.booleans()),
        holdout_bp=draw(st.integers(0, 10_000)) if marketing else 0,
    )


@given(definitions())
def test_a_definition_comes_back_from_json_as_it_was(definition):
    assert Definition.from_json(definition.to_json()) == definition


@pytest.mark.parametrize("flow", CATALOG, ids=lambda flow: flow.key)
def test_ready_made_flows_come_back_from_json_and_start_on_wired_events(flow):
    assert Definition.from_json(flow.to_json()) == flow
    for event in (*flow.starts_on, *flow.ends_on):
        assert event in WIRING
        assert WIRING[event], f"nothing listens to {event}"


def test_every_marketing_mail_carries_its_way_out():
    """The footer goes by the mail's name, the engine by the flow: both have to mean the same."""
    marketing = {step.template for flow in CATALOG if flow.is_marketing for step in flow.steps}
    assert marketing - MARKETING == set()


def test_the_catalog_names_every_flow_of_the_mission_once():
    assert len({flow.key for flow in CATALOG}) == len(CATALOG)
    assert set(started_by("fulfillment.shipped")) == {
        "order_shipped", "order_partly_shipped", "review_request", "replenishment",
        "guide_on_arrival", "thank_you", "care_tips", "cross_sell",
    }  # fmt: skip
    assert "order_canceled" not in ended_by("order.canceled")
    assert "refund_issued" not in ended_by("order.deleted")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"steps": ()}, "at least one step"),
        ({"starts_on": ()}, "which event starts"),
        ({"starts_on": ("placed",)}, "no event"),
        ({"subject": "parcel"}, "no subject"),
        ({"holdout_bp": 10_001}, "between 0 and 100"),
        ({"message_class": "transactional", "holdout_bp": 5}, "never held out"),
        ({"conditions": (Condition(fact="x", value=1, operator="like"),)}, "no comparison"),
        ({"steps": (Step(key="Ask me", template="x"),)}, "no step key"),
        ({"steps": (Step(key="a", template="x"), Step(key="a", template="x"))}, "twice"),
        ({"steps": (Step(key="a", template="x", follows="b"),)}, "does not stand before"),
        ({"steps": (Step(key="a", template="x", wait=Wait(days=1)),)}, "local time"),
        ({"steps": (Step(key="a", template="x", wait=Wait(days=1, at="25:00")),)}, "local time"),
        ({"steps": (Step(key="a", template="x", wait=Wait(hours=1, at="10:00")),)}, "with days"),
        ({"steps": (Step(key="a", template="x", wait=Wait(hours=-1)),)}, "hours must be"),
        ({"steps": (Step(key="a", template="x", wait=Wait(days=9999, at="10:00")),)}, "days must"),
        (
            {"steps": (Step(key="a", template="x", wait=Wait(setting="mood", at="10:00")),)},
            "no setting",
        ),
        ({"steps": (Step(key="a", template="x", grace_hours=0),)}, "one hour"),
    ],
)
def test_a_broken_flow_is_refused_in_plain_words(broken, says):
    with pytest.raises(BadDefinition, match=says):
        replace(REVIEW, **broken)


@pytest.mark.parametrize("raw", [{}, {"key": "x"}, {"steps": [{}]}, {**REVIEW.to_json(), "x": 1}])
def test_json_that_is_no_flow_is_refused(raw):
    with pytest.raises(BadDefinition):
        Definition.from_json(raw)


def test_every_marketing_flow_says_its_topic_and_order_news_has_none():
    for flow in CATALOG:
        text = Path(sys.modules[f"engagement.flows.catalog.{flow.key}"].__file__).read_text()
        assert flow.is_marketing is ("topic=Topic." in text), flow.key
        assert bool(flow.topic) is flow.is_marketing


def test_a_marketing_flow_without_a_topic_is_none():
    raw = {**cross_sell.FLOW.to_json(), "topic": "anything"}
    with pytest.raises(BadDefinition, match="topic"):
        Definition.from_json(raw)
    with pytest.raises(BadDefinition, match="topic"):
        replace(cross_sell.FLOW, topic="")


def test_versions_of_before_keep_what_they_meant():
    """They had no topic, or order news had the one that was never asked for."""
    review = {**review_request.FLOW.to_json()}
    del review["topic"]
    assert Definition.from_json(review).topic == "reviews"
    sell = {**cross_sell.FLOW.to_json()}
    del sell["topic"]
    assert Definition.from_json(sell).topic == "offers"
    news = {**order_shipped.FLOW.to_json(), "topic": "offers"}
    assert Definition.from_json(news).topic == ""
