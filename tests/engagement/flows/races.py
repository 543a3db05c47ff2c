"""What may happen between planning and sending, and the typed reason that it gives; None: no matter."""

from engagement.flows.models import Flow, FlowVersion
from engagement.messages.models import Reason
from engagement.preferences.models import Suppression
from engagement.preferences.operations.record_consent import record_consent
from engagement.preferences.operations.suppress import suppress
from orders.models import Customer, Fulfillment, Order, OrderLine, Product


def erase(message, now):
    Customer.objects.filter(pk=message.customer_id).update(erased_at=now)


def switch_off(message, now):
    Flow.objects.filter(key=message.flow).update(status=Flow.Status.OFF)


def pause(message, now):
    Flow.objects.filter(key=message.flow).update(status=Flow.Status.PAUSED)


def take_the_step_out(message, now):
    version = FlowVersion.objects.get(flow__key=message.flow)
    for step in version.definition["steps"]:
        step["key"] += "_anew"
    FlowVersion.objects.filter(pk=version.pk).update(definition=version.definition)


def cancel(message, now):
    Order.objects.filter(pk=message.order_id).update(status=Order.Status.CANCELED)


def delete(message, now):
    Order.objects.filter(pk=message.order_id).update(deleted_at=now)


def make_it_a_test(message, now):
    Order.objects.filter(pk=message.order_id).update(is_test=True)


def make_it_a_gift(message, now):
    Order.objects.filter(pk=message.order_id).update(is_gift=True)


def refund_the_lines(message, now):
    OrderLine.objects.filter(order_id=message.order_id).update(refunded_quantity=1)


def refund_the_order(message, now):
    Order.objects.filter(pk=message.order_id).update(payment_status=Order.Payment.REFUNDED)


def deliver_it(message, now):
    Fulfillment.objects.filter(order_id=message.order_id).update(
        status=Fulfillment.Status.DELIVERED, delivered_at=now
    )


def cancel_the_parcel(message, now):
    Fulfillment.objects.filter(order_id=message.order_id).update(status=Fulfillment.Status.CANCELED)


def stop_reviews_of_the_product(message, now):
    Product.objects.update(is_reviewable=False)


def stop_reviews_of_a_recurring_box(message, now):
    Order.objects.filter(pk=message.order_id).update(is_recurring=True)
    Product.objects.update(is_reviewable=False)


def hold_everybody_out(message, now):
    Flow.objects.filter(key=message.flow).update(holdout_bp=10_000)


def forget_the_address(message, now):
    Customer.objects.filter(pk=message.customer_id).update(email=None)
    Order.objects.filter(pk=message.order_id).update(email=None)


def bounce(message, now):
    suppress(
        store_id=message.store_id,
        email=message.customer.email,
        reach=Suppression.Reach.ALL,
        reason=Suppression.Reason.BOUNCED,
        now=now,
    )


def leave_marketing(message, now):
    suppress(
        store_id=message.store_id,
        email=message.customer.email,
        reach=Suppression.Reach.MARKETING,
        reason=Suppression.Reason.UNSUBSCRIBED,
        now=now,
    )


def say_no(message, now):
    record_consent(
        customer_id=message.customer_id,
        basis="none",
        source="portal",
        wording="No",
        stated_at=now,
        now=now,
    )


def leave_reviews(message, now):
    record_consent(
        customer_id=message.customer_id,
        purpose="reviews",
        basis="none",
        source="preferences_page",
        wording="",
        stated_at=now,
        now=now,
    )


def leave_birthdays(message, now):
    record_consent(
        customer_id=message.customer_id,
        purpose="birthday",
        basis="none",
        source="preferences_page",
        wording="",
        stated_at=now,
        now=now,
    )


RACES = [
    ("order_confirmation", erase, Reason.ERASED),
    ("order_confirmation", switch_off, Reason.FLOW_OFF),
    ("order_confirmation", take_the_step_out, Reason.STEP_GONE),
    ("order_confirmation", cancel, Reason.ORDER_CANCELED),
    ("order_confirmation", delete, Reason.ORDER_DELETED),
    ("order_confirmation", make_it_a_test, Reason.TEST_ORDER),
    ("order_confirmation", forget_the_address, Reason.NO_ADDRESS),
    ("order_confirmation", bounce, Reason.SUPPRESSED),
    ("order_confirmation", leave_marketing, None),
    ("order_confirmation", say_no, None),
    ("order_confirmation", make_it_a_gift, None),
    ("order_confirmation", hold_everybody_out, None),
    ("order_confirmation", deliver_it, None),
    ("order_shipped", deliver_it, Reason.OVERTAKEN),
    ("order_shipped", cancel_the_parcel, Reason.OVERTAKEN),
    ("order_shipped", cancel, Reason.ORDER_CANCELED),
    ("review_request", cancel, Reason.ORDER_CANCELED),
    ("review_request", make_it_a_gift, Reason.GIFT),
    ("review_request", refund_the_lines, Reason.RETURNED),
    ("review_request", refund_the_order, Reason.RETURNED),
    ("review_request", stop_reviews_of_the_product, Reason.OVERTAKEN),
    ("review_request", stop_reviews_of_a_recurring_box, Reason.RECURRING),
    ("review_request", hold_everybody_out, Reason.HELD_OUT),
    ("review_request", bounce, Reason.SUPPRESSED),
    ("review_request", leave_marketing, Reason.UNSUBSCRIBED),
    ("review_request", say_no, Reason.NO_CONSENT),
    ("review_request", leave_reviews, Reason.TOPIC_OFF),
    ("review_request", leave_birthdays, None),
    ("replenishment", refund_the_lines, Reason.RETURNED),
    ("replenishment", make_it_a_gift, Reason.GIFT),
    ("replenishment", say_no, Reason.NO_CONSENT),
]
