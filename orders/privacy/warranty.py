"""Guarantees and claims of a person: shown whole; forgotten but for what was covered and how it ended."""

from collections.abc import Iterator, Mapping

from django.db.models import Q
from django.db.models.fields.files import FieldFile

from core.privacy import Person, Rows, rows
from orders.models import Claim, ClaimPhoto, ClaimStep, Guarantee


def _guarantees(person: Person) -> Q:
    return (
        Q(customer_id__in=person.ids)
        | Q(order_line__order_id__in=person.order_ids)
        | Q(email__in=person.emails)
    )


def _claims(person: Person) -> Q:
    theirs = Guarantee.objects.filter(_guarantees(person))
    return Q(customer_id__in=person.ids) | Q(guarantee__in=theirs)


def show_warranty(person: Person) -> Mapping[str, Rows]:
    claims = Claim.objects.filter(_claims(person))
    return {
        "guarantees": rows(
            Guarantee.objects.filter(_guarantees(person)),
            *("title", "serial", "email", "source", "country", "starts_on", "until", "bought_on"),
        ),
        "claims": rows(claims, *("what", "status", "outcome", "reason", "opened_at", "closed_at")),
        "claim_steps": rows(
            ClaimStep.objects.filter(claim__in=claims), "claim__opened_at", "kind", "words", "at"
        ),
    }


def warranty_files(person: Person) -> Iterator[tuple[str, FieldFile]]:
    claims = Claim.objects.filter(_claims(person))
    for photo in ClaimPhoto.objects.filter(claim__in=claims).order_by("pk"):
        name = (photo.file.name or "").rsplit("/", 1)[-1]
        yield f"claims/{photo.pk}-{name}", photo.file


def forget_warranty(person: Person) -> Iterator[FieldFile]:
    claims = list(Claim.objects.filter(_claims(person)).values_list("pk", flat=True))
    photos = ClaimPhoto.objects.filter(claim_id__in=claims)
    for photo in photos:
        yield photo.file
    photos.delete()
    ClaimStep.objects.filter(claim_id__in=claims).update(words="")
    Claim.objects.filter(pk__in=claims).update(what="", reason="")
    Guarantee.objects.filter(_guarantees(person)).update(email="", serial="")
