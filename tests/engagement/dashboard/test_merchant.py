"""What a merchant does in a week: invite people, change settings, tick off a privacy request."""

import re

from django.test import Client
from django.urls import reverse

from core.audit.models import AuditEntry
from core.stores.models import Membership, User
from core.stores.scope import store_scope
from engagement.flows.models import Flow
from engagement.flows.operations.install_flows import install_flows
from tests.factories.stores import MembershipFactory, UserFactory

PASSWORD = "a long enough password"


def audited(store, action):
    with store_scope(store.pk):
        return list(AuditEntry.objects.filter(action=action))


def invite(owner, email="petra@staff.example", role="agent"):
    url = reverse("admin:stores_membership_add")
    return owner.post(url, {**owner.form, "email": email, "role": role})


def link_in(answer) -> str:
    return re.search(r'value="(http[^"]+set-password[^"]+)"', answer.content.decode())[1]


def choose(link, password=PASSWORD):
    browser = Client()
    form = browser.get(link, follow=True)
    if not form.context["validlink"]:
        return browser, form
    address = form.redirect_chain[-1][0]
    return browser, browser.post(address, {"new_password1": password, "new_password2": password})


def test_login_leads_home(client, store):
    user = MembershipFactory(store=store).user
    user.set_password(PASSWORD)
    user.save()
    answer = client.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_somebody_new_is_invited_and_chooses_a_password(owner, store):
    answer = invite(owner, "Petra@Staff.example")
    assert "no-store" in answer.headers["Cache-Control"]
    place = Membership.objects.get(user__email="petra@staff.example")
    assert (place.store, place.role) == (store, "agent")
    assert not place.user.has_usable_password()
    assert audited(store, "membership.added")
    link = link_in(answer)
    browser, refused = choose(link, "short")
    assert "too short" in refused.content.decode()
    browser, entered = choose(link)
    assert entered.status_code == 302
    assert browser.get("/admin/").context["request"].role == "agent"
    _, again = choose(link)
    assert "has been used" in again.content.decode()


def test_an_account_that_stands_gets_no_link(owner, store, other_store):
    person = UserFactory(email="jan@staff.example")
    person.set_password(PASSWORD)
    person.save()
    answer = invite(owner, "jan@staff.example")
    assert answer.status_code == 302
    assert Membership.objects.filter(user=person, store=store).exists()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    place = Membership.objects.get(user=person, store=store)
    url = reverse("admin:stores_membership_invite_again", args=[place.pk])
    again = owner.post(url, {**owner.form, "confirmed": "yes"})
    assert "set-password" not in again.content.decode()


def test_a_new_link_is_for_people_whom_no_other_store_knows(owner, store, other_store):
    invite(owner)
    place = Membership.objects.get(user__email="petra@staff.example")
    url = reverse("admin:stores_membership_invite_again", args=[place.pk])
    again = owner.post(url, {**owner.form, "confirmed": "yes"})
    assert choose(link_in(again))[1].status_code == 302
    waiting = User.objects.create_user(email="ola@staff.example")
    MembershipFactory(user=waiting, store=other_store)
    assert "was invited already" in invite(owner, "ola@staff.example").content.decode()
    assert not Membership.objects.filter(user=waiting, store=store).exists()


def test_one_lands_in_the_store_last_used_else_in_the_one_joined_first(store, other_store):
    user = UserFactory()
    MembershipFactory(user=user, store=store)  # Lipa comes after Kontio by name
    MembershipFactory(user=user, store=other_store)

    def landing():
        client = Client()
        client.force_login(user)
        return client, client.get("/admin/").context["request"].store

    client, first = landing()
    assert first == store
    client.post(reverse("admin:choose_store"), {"store": other_store.public_id.hex})
    assert landing()[1] == other_store
    Membership.objects.filter(user=user, store=other_store).delete()
    assert landing()[1] == store


def test_flow_changes_are_written_down_with_their_numbers(owner, store, now):
    install_flows(store=store, now=now)
    with store_scope(store.pk):
        flow = Flow.objects.get(key="review_request")
    url = reverse("admin:flows_flow_change", args=[flow.pk])
    owner.post(url, {**owner.form, "timing": "reminder: 9 days at 9:30", "held_out": "5"})
    (version,) = audited(store, "flow.version_published")
    assert version.detail["version"] == 2
    (share,) = audited(store, "flow.holdout_set")
    assert share.detail == {"before_bp": 0, "after_bp": 500}
    pause = reverse("admin:flows_flow_pause", args=[flow.pk])
    owner.post(pause, {**owner.form, "confirmed": "yes"})
    assert audited(store, "flow.pause")


def test_a_closed_door_says_why_in_words(log_in, store):
    viewer = log_in(store=store, role="viewer")
    closed = viewer.get(reverse("admin:stores_membership_changelist"))
    assert closed.status_code == 403
    assert "Your role in this shop does not cover this page" in closed.content.decode()
    gone = viewer.get("/u/nothing-of-ours/")
    assert gone.status_code == 404
    assert "no longer good" in gone.content.decode()
