"""E2: a review is asked for ten days after the goods arrived, at ten in the morning, politely."""

from datetime import timedelta

from tests.factories.journey import text_of


def delivered(journey, **order):
    """An order that arrived two days after it was placed; when it arrived."""
    number = journey.buys(**order)
    parcel = journey.ships(number)
    journey.wait(days=2)
    journey.carrier_says(number, parcel, "delivered")
    return journey.now


def test_a_review_is_asked_for_ten_days_after_delivery(journey):
    arrived = delivered(journey)
    journey.wait(days=9)
    assert "review_request" not in journey.sent()
    journey.wait(days=2)
    assert journey.sent()[-1] == "review_request"
    (message,) = journey.messages(template="review_request")
    local = message.handed_at.astimezone(journey.store.zone)
    assert local.date() == (arrived + timedelta(days=10)).astimezone(journey.store.zone).date()
    assert local.hour == 10
    mail = journey.mails()[-1]
    assert "Hand cream" in text_of(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_reminder_comes_after_a_week_and_no_more(journey):
    delivered(journey)
    journey.wait(days=40)
    assert journey.sent().count("review_request") == 1
    assert journey.sent().count("review_reminder") == 1


def test_without_delivery_news_the_transit_time_is_estimated(journey):
    order = journey.buys()
    journey.ships(order)
    shipped = journey.now
    journey.store.refresh_from_db()
    (message,) = journey.messages(template="review_request")
    due = message.due_at.astimezone(journey.store.zone).date()
    expected = shipped + timedelta(days=journey.store.transit_days + 10)
    assert due == expected.astimezone(journey.store.zone).date()


def test_a_person_who_never_agreed_is_not_asked(journey):
    delivered(journey, buyer_accepts_marketing=False)
    journey.wait(days=20)
    assert "review_request" not in journey.sent()
    assert ("review_request", "no_consent") in journey.skipped()


def test_the_unsubscribe_link_of_the_mail_ends_the_reminder(journey, client):
    delivered(journey)
    journey.wait(days=11)
    mail = journey.mails()[-1]
    url = mail["List-Unsubscribe"].strip("<>")
    path = "/" + url.split("/", 3)[3]
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    journey.wait(days=30)
    assert "review_reminder" not in journey.sent()
    assert ("review_reminder", "unsubscribed") in journey.skipped()


def test_a_gift_asks_no_review_of_the_wrong_person(journey):
    delivered(journey, note_attributes=[{"name": "gift", "value": "true"}])
    journey.wait(days=30)
    assert "review_request" not in journey.sent()


def test_goods_given_back_are_not_reviewed(journey):
    order = journey.buys()
    parcel = journey.ships(order)
    journey.wait(days=2)
    journey.carrier_says(order, parcel, "delivered")
    journey.wait(days=3)
    at = journey.now.isoformat(timespec="seconds")
    journey.told(
        "refunds/create",
        {
            "id": 61,
            "order_id": order,
            "created_at": at,
            "processed_at": at,
            "note": "changed my mind",
            "refund_line_items": [
                {"id": 71, "line_item_id": 31, "quantity": 1, "subtotal": "430.00"}
            ],
            "transactions": [{"id": 81, "kind": "refund", "status": "success", "amount": "430.00"}],
        },
    )
    assert journey.sent()[-1] == "refund_issued"
    journey.wait(days=30)
    assert "review_request" not in journey.sent()
    assert ("review_request", "returned") in journey.skipped()
