"""Every list of the dashboard, as it opens, on its last page, searched, filtered and sorted."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.test import Client
from django.test.client import RequestFactory
from django.urls import reverse

from bench.counting import Cost
from bench.scale.seed import BIG
from core.stores.models import Store, User
from core.stores.scope import store_scope
from engagement.dashboard.current_store import enter

REPEATS = 5
TARGET_MS = 500
TERMS = {
    "number": "#123",
    "email": "buyer77",
    "last_name": "Novak123",
    "sent_to": "buyer77",
    "recipient": "buyer77",
    "subject": "order:77",
    "topic": "orders/c",
    "actor": "staff",
    "title": "Cream 11",
    "name": "Kind 1",
    "sku": "CREAM-11",
}


@dataclass
class ListFigures:
    """What one list took, over all its variants."""

    page: str
    seconds: dict[str, list[float]] = field(default_factory=dict)
    cpu: list[float] = field(default_factory=list)  # of this process, seconds
    sql: list[float] = field(default_factory=list)  # waiting for the database, seconds
    statements: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)  # 503: longer than a statement may last

    @property
    def p95(self) -> float:
        """Milliseconds that 95 of a hundred requests stay below, all variants alike."""
        every = [one for times in self.seconds.values() for one in times]
        return 1000 * quantiles(every, n=20)[-1]

    @property
    def apart(self) -> tuple[float, float]:
        """Milliseconds of CPU here and of waiting for the database that 95 of a hundred stay below."""
        return 1000 * quantiles(self.cpu, n=20)[-1], 1000 * quantiles(self.sql, n=20)[-1]

    @property
    def worst(self) -> tuple[str, float]:
        """The slowest variant and its median, in milliseconds."""
        name = max(self.seconds, key=lambda one: median(self.seconds[one]))
        return name, 1000 * median(self.seconds[name])

    @property
    def slow(self) -> list[str]:
        """Variants above half a second, or that did not answer, slowest first."""
        middles = {name: 1000 * median(times) for name, times in self.seconds.items()}
        return [
            f"{name} {ms:.0f} ms"
            + (f" (answered {self.failed[name]})" if name in self.failed else "")
            for name, ms in sorted(middles.items(), key=lambda one: -one[1])
            if ms > TARGET_MS or name in self.failed
        ]

    @property
    def most_statements(self) -> int:
        return max(self.statements.values(), default=0)


def measure_lists(*, only: str = "") -> list[ListFigures]:
    """Ask for every list of the big store; pages whose name lacks `only` are left out."""
    user = User.objects.get(email="bench@staff.example")
    store = Store.objects.get(slug=BIG)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    session["store"] = store.public_id.hex
    session.save()
    found = []
    for model, page in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        if only not in name:
            continue
        figures = ListFigures(page=name)
        address = reverse(f"admin:{name}_changelist")
        for variant, query in _variants(page, user=user, client=client, store=store):
            _ask(client, figures, variant=variant, address=f"{address}?{urlencode(query)}")
        found.append(figures)
    home = ListFigures(page="home")
    if only in "home":
        _ask(client, home, variant="opens", address=reverse("admin:index"))
        found.append(home)
    return found


def _ask(client: Client, figures: ListFigures, *, variant: str, address: str) -> None:
    times = figures.seconds.setdefault(variant, [])
    for _ in range(REPEATS):
        cost = Cost()
        begun = time.perf_counter()
        with cost.measured():
            answer = client.get(address)
        times.append(time.perf_counter() - begun)
        figures.cpu.append(cost.cpu_seconds)
        figures.sql.append(cost.sql_seconds)
        if answer.status_code != 200:
            figures.failed[variant] = answer.status_code
            return
        figures.statements[variant] = max(figures.statements.get(variant, 0), cost.statements)


def _variants(
    page: Any, *, user: User, client: Client, store: Store
) -> Iterator[tuple[str, dict[str, str]]]:
    """Every way to ask for one list that its page offers."""
    yield "opens", {}
    request = RequestFactory().get("/admin/")
    request.user = user
    request.session = client.session
    enter(request)
    with store_scope(store.pk):
        changes = page.get_changelist_instance(request)
        if changes.paginator.num_pages > 1:
            yield "last page", {"p": str(changes.paginator.num_pages)}
        for name in page.search_fields:
            term = TERMS.get(name.split("__")[0], "a")
            yield f"search {name} {term}", {"q": term}
        if page.search_fields:
            yield "search for nothing known", {"q": "zzzz-no-such"}
        for number, name in enumerate(changes.list_display):
            if name in changes.sortable_by and changes.get_ordering_field(name):
                yield f"by {name}", {"o": str(number)}
                yield f"by {name}, last first", {"o": f"-{number}"}
        filters = list(changes.filter_specs)
        choices = [
            (spec.title, str(choice["display"]), choice["query_string"])
            for spec in filters
            for choice in spec.choices(changes)
        ]
    for title, shown, query in choices:
        pairs = dict(part.split("=", 1) for part in query.lstrip("?").split("&") if "=" in part)
        if pairs:
            yield f"{title}: {shown}", pairs
