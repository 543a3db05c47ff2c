"""Every model says whether it holds customers' data, and those that do take part in exports and erasures."""

from collections import Counter

from django.apps import apps

from engagement.privacy import NOT_OF_CUSTOMERS, PARTS

OURS = {
    model._meta.label: model
    for model in apps.get_models(include_auto_created=False)
    if not model.__module__.startswith(("django.", "unfold."))
}
# Point at a customer or an order, and yet keep nothing of them but a row's number.
BY_NUMBER_ONLY: set[str] = set()


def test_every_model_stands_in_one_part_or_says_why_not():
    said = Counter([*NOT_OF_CUSTOMERS, *(label for part in PARTS for label in part.covers)])
    assert set(OURS) - set(said) == set(), (
        "let the room's privacy.py cover these, or say in engagement/privacy.py why they hold nothing"
    )
    assert set(said) - set(OURS) == set(), "these models are gone"
    assert [label for label, times in said.items() if times > 1] == []


def test_what_points_at_a_customer_or_an_order_is_covered():
    covered = {label for part in PARTS for label in part.covers}
    people = {"orders.Customer", "orders.Order", "engagement_messages.Message"}
    pointing = {
        label
        for label, model in OURS.items()
        for field in model._meta.concrete_fields
        if field.related_model is not None and field.related_model._meta.label in people
    }
    assert pointing - covered - BY_NUMBER_ONLY == set()


def test_the_room_that_knows_whose_rows_are_whose_forgets_last():
    assert PARTS[0].room == "orders"
