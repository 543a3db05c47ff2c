"""A change over many planned mails runs by and by; the flow's page says so while it does."""

import pytest
from django.urls import reverse

from core import clock
from core.stores.scope import store_scope
from engagement.flows.models import Flow
from engagement.flows.operations.install_flows import install_flows


@pytest.mark.parametrize("running", [True, False])
def test_the_page_of_a_flow_says_whether_its_mails_are_being_moved(owner, store, running) -> None:
    now = clock.now(store)
    with store_scope(store.pk):
        install_flows(store=store, now=now)
        flow = Flow.objects.get(key="review_request")
        Flow.objects.filter(pk=flow.pk).update(replan_asked_at=now if running else None)
    page = owner.get(reverse("admin:flows_flow_change", args=[flow.pk])).content.decode()
    assert ("Being brought in line since" in page) is running
    assert ("As the flow says" in page) is not running
