"""Problems that customers reported from their orders: a plain queue, the oldest first."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import Panel, moment, page_of
from support.models import Problem
from support.operations.settle_problem import settle_problem


def waits(problem: Problem) -> bool:
    return problem.settled_at is None


@admin.register(Problem)
class ProblemAdmin(StoreAdmin):
    area = "problems"
    empty_words = "Nobody has reported a problem with an order."
    ordering = ("-reported_at", "-id")
    list_display = ("what", "of_order", "reported", "state")
    list_filter = ("kind",)
    list_select_related = ("order", "customer")
    actions = ("settled",)
    actions_detail = ("settled",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "what",
                    "of_order",
                    "of_customer",
                    "text",
                    "reported",
                    "state",
                    "settled_by",
                )
            },
        ),
    )

    @display(description="What is wrong")
    def what(self, problem: Problem) -> str:
        return problem.get_kind_display()

    @display(description="Order")
    def of_order(self, problem: Problem) -> str:
        return page_of(problem.order)

    @display(description="Customer")
    def of_customer(self, problem: Problem) -> str:
        return page_of(problem.customer)

    @display(description="Reported", ordering="reported_at")
    def reported(self, problem: Problem) -> str:
        return moment(problem.reported_at)

    @display(description="State", label={"Settled": "success", "Waiting": "warning"})
    def state(self, problem: Problem) -> str:
        return "Waiting" if waits(problem) else "Settled"

    def panels(self, request: HttpRequest, row: Problem) -> Iterable[Panel]:
        yield Panel(
            title="About",
            heads=("Product", "Quantity"),
            rows=[
                (line.title, f"{line.quantity.normalize():f}")
                for line in row.lines.order_by("position")
            ],
            empty="No line in particular.",
        )
        yield Panel(
            title="Photos",
            heads=("Photo",),
            rows=[(_link(row, photo.pk),) for photo in row.photos.order_by("pk")],
            empty="None was added.",
        )

    @deed(
        title="Settled",
        question="You have answered the customer and done what was to be done.",
        when=waits,
        icon="task_alt",
    )
    def settled(self, *, request: HttpRequest, row: Problem, now: datetime) -> str:
        by = request.user.email  # type: ignore[union-attr]
        if not settle_problem(problem=row, by=by, now=now):
            raise Refused("Somebody else has just said so.")
        return "It is settled."

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.photo_view)
        return [
            path("<path:object_id>/photo/<int:photo>/", view, name="support_problem_photo"),
            *super().get_urls(),
        ]

    def photo_view(self, request: HttpRequest, object_id: str, photo: int) -> HttpResponse:
        """A photo, which we wrote ourselves when it was taken in: a JPEG and nothing else."""
        row = self.get_object(request, object_id)
        found = row.photos.filter(pk=photo).first() if row is not None else None
        if found is None:
            raise Http404("No such photo in this store.")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        answer = FileResponse(found.file.open("rb"), content_type="image/jpeg")
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer  # type: ignore[return-value]


def _link(problem: Problem, photo: int) -> str:
    address = reverse("admin:support_problem_photo", args=[problem.pk, photo])
    return format_html('<a class="text-link underline" href="{}">Photo {}</a>', address, photo)
