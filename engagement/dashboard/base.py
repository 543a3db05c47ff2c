"""`StoreAdmin`: the base of every page of the dashboard. One store in, one store out.

Rows come from the scoped queryset, also where Django would not ask: fields that point elsewhere,
buttons, history, autocomplete. The role table answers every permission. Pages are read-only but
for the fields a class names in `editable`; every change leaves an audit entry.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from core.audit.models import AuditEntry
from core.audit.write import write_down
from core.clock import real_now
from core.stores.owned import StoreOwned
from engagement.dashboard.finding import MATCHES, BoundedChangeList, newest, without_reading_all
from engagement.dashboard.paging import BoundedPaginator
from engagement.dashboard.panels import Panel
from engagement.dashboard.roles import allows
from engagement.dashboard.words import LABELS, name_of
from engagement.nav import PAGE_NAMES


def subject_of(row: models.Model) -> str:
    """How the audit log names a row: ``order:12``."""
    return f"{row._meta.model_name}:{row.pk}"


class StoreAdmin(ModelAdmin):
    """Lists, pages, buttons and forms of one model, for the current store only."""

    area: ClassVar[str] = ""
    editable: Sequence[str] = ()
    add_fields: Sequence[str] = ()
    search_fields: Sequence[str] = ()  # searched by their beginning
    # Search fields and filters that an index serves, as ``field`` or ``field=value``; others look
    # among the newest rows only.
    found_by_index: Sequence[str] = ()
    empty_words: ClassVar[str] = ""  # what to do where the list is empty

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they would count the whole table
    list_per_page = 50
    empty_value_display = "–"
    list_filter_sheet = True
    actions_on_bottom = False
    change_form_outer_after_template = "dashboard/panels.html"
    warn_unsaved_form = True

    # --- which rows ---------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        store = request.store  # type: ignore[attr-defined]
        if store is None:
            return self.model._base_manager.none()
        queryset = super().get_queryset(request)
        if issubclass(self.model, StoreOwned):
            return queryset  # scoped by its manager
        return self.rows_of_store(queryset, store)

    def rows_of_store(self, queryset: QuerySet[Any], store: Any) -> QuerySet[Any]:
        """For the few models that belong to a store without being `StoreOwned`."""
        return queryset.filter(store=store)

    def get_object(self, request: HttpRequest, object_id: Any, from_field: Any = None) -> Any:
        """The row, if it is this store's. Asked once a request, however many permissions ask."""
        if from_field:
            return super().get_object(request, object_id, from_field)
        known = request.__dict__.setdefault("_dashboard_rows", {})
        key = (self.model, str(object_id))
        if key not in known:
            known[key] = super().get_object(request, object_id)
        return known[key]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self._choosable(db_field.remote_field.model, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self._choosable(db_field.remote_field.model, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _choosable(self, model: Any, request: HttpRequest) -> QuerySet[Any]:
        admin = self.admin_site._registry.get(model)
        if isinstance(admin, StoreAdmin):
            return admin.get_queryset(request)
        if issubclass(model, StoreOwned) and request.store is not None:  # type: ignore[attr-defined]
            return model.objects.all()
        return model._base_manager.none()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term or not self.search_fields:
            return queryset, False
        found: set[Any] = set()
        for field in self.search_fields:
            exact = term.lower() if field.endswith(("email", "recipient")) else term
            rows = self.get_queryset(request)
            if field not in self.found_by_index:
                rows = newest(rows, ordering=tuple(self.get_ordering(request)))
            rows = rows.order_by().filter(**{f"{field}__startswith": exact})
            found.update(rows.values_list("pk", flat=True)[:MATCHES])
        return queryset.filter(pk__in=found), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[BoundedChangeList]:
        return BoundedChangeList

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [without_reading_all(self.model, name) for name in super().get_list_filter(request)]

    # --- who may ------------------------------------------------------------------------------

    def may(self, request: HttpRequest, deed: str, obj: Any = None) -> bool:
        """Whether this person may do `deed`, and whether `obj` (row or id) is this store's."""
        role = getattr(request, "role", None)
        if not allows(role=role, area=self.area, deed=deed):
            return False
        if obj is None:
            return True
        object_id = obj.pk if isinstance(obj, models.Model) else obj
        return self.get_object(request, object_id) is not None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "view")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self.add_fields) and self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editable) and self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "delete", obj)

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "act", obj)

    # --- forms --------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None and self.add_fields:
            return [(None, {"fields": list(self.add_fields)})]
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        shown = flatten_fieldsets(self.get_fieldsets(request, obj)) if self.fieldsets else []
        return [name for name in shown if name not in self.editable]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        own = getattr(getattr(self.form, "Meta", None), "labels", None) or {}
        kwargs.setdefault("labels", {**LABELS, **own})
        return super().get_form(request, obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and hasattr(obj, "store_id"):
            obj.store_id = request.store.pk  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    # --- pages --------------------------------------------------------------------------------

    def panels(self, request: HttpRequest, row: Any) -> Iterable[Panel]:
        """Tables below the page of one row: what else is known of it."""
        return ()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        context = {"list_name": self.list_name, **(extra_context or {})}
        row = self.get_object(request, object_id) if object_id else None
        if object_id is None:
            context["title"] = "New"
        if row is not None:
            context["panels"] = lambda: list(self.panels(request, row))
            context["title"] = name_of(row)
            context["subtitle"] = None
        return super().changeform_view(request, object_id, form_url, context)

    @property
    def list_name(self) -> str:
        """What the sidebar calls the list."""
        name = str(self.opts.verbose_name_plural)
        page = f"{self.opts.app_label}_{self.opts.model_name}"
        return PAGE_NAMES.get(page) or name[:1].upper() + name[1:]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": self.list_name, **(extra_context or {})})

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only buttons that make sense for this row as it stands."""
        row = self.get_object(request, object_id)
        offered = super().get_actions_detail(request, object_id) if row is not None else []
        return [button for button in offered if button.method.when(row)]

    # --- who did what -------------------------------------------------------------------------

    def note(self, request: HttpRequest, row: Any, deed: str, **detail: Any) -> None:
        """Write an audit entry about `row`."""
        write_down(
            store_id=request.store.pk,  # type: ignore[attr-defined]
            actor=request.user.email,  # type: ignore[union-attr]
            action=f"{row._meta.model_name}.{deed}",
            subject=subject_of(row),
            detail=detail,
            now=real_now(),
        )

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        self.note(request, obj, "added")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        changed = [part["changed"].get("fields", []) for part in message if "changed" in part]
        self.note(request, obj, "changed", fields=[name for names in changed for name in names])

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        for row in queryset:
            self.note(request, row, "deleted", name=str(row)[:120])

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        entries = AuditEntry.objects.filter(subject=subject_of(row)).order_by("-happened_at")[:100]
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {name_of(row)}",
            "list_name": self.list_name,
            "entries": entries,
            "opts": self.opts,
            "object": row,
        }
        return TemplateResponse(request, "dashboard/history.html", context)
