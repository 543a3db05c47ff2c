"""What a scenario is, and how one is played: hurt, heal, wait for quiet, compare."""

import contextlib
import random
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.chaos import faults
from bench.chaos.cluster import BEATS, WORKERS, Cluster, until
from bench.chaos.invariants import Terms, doubles, problems, summary
from bench.chaos.programs import NotHere
from bench.chaos.provider import Provider
from bench.chaos.records import Watch, Work, read_database, waiting
from bench.chaos.shop import Shop

WORK_RECOVERS_IN = 60.0  # seconds, J1
WEB_RECOVERS_IN = 5.0  # seconds, D5
UNCERTAIN_WAITS = 45.0  # seconds that a shortened run gives the resolver


@dataclass
class Run:
    """One scenario being played. `chance` is all the luck it may use."""

    cluster: Cluster
    provider: Provider
    watch: Watch
    seed: int
    name: str
    chance: random.Random = field(init=False)
    shops: list[Shop] = field(default_factory=list)
    terms: Terms = field(default_factory=Terms)
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    checks: list[Callable[[], None]] = field(default_factory=list)
    recovers_in: float = WORK_RECOVERS_IN

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.name} {self.seed}")

    def shop(self, **account: Any) -> Shop:
        """Open one more store, with a provider listener of its own."""
        slug = f"{self.name}-{self.seed}-{len(self.shops)}"
        seed = self.chance.getrandbits(32)
        self.shops.append(Shop(self.cluster, self.provider, slug=slug, seed=seed, **account))
        return self.shops[-1]

    def note(self, words: str) -> None:
        """A figure for the report."""
        self.notes.append(words)

    def require(self, is_so: object, words: str) -> None:
        """Something that must be true at this moment; the run goes on either way."""
        if not is_so:
            self.wrong.append(words)

    def pause(self, shortest: float, longest: float) -> None:
        """A moment drawn by the seed, to hit the work somewhere else each time."""
        time.sleep(self.chance.uniform(shortest, longest))

    def finally_check(self, check: Callable[[], None]) -> None:
        """Look at this once everything is quiet."""
        self.checks.append(check)

    def waiting(self) -> Work | None:
        return waiting(self.cluster, stores=[shop.store for shop in self.shops])

    def waiting_of(self, shop: Shop) -> Work | None:
        return waiting(self.cluster, stores=[shop.store])

    def wait_until(self, fact: Callable[[], object], what: str, *, seconds: float = 60) -> float:
        """Wait for `fact`; how many seconds it took. AssertionError with `what`."""
        began = time.monotonic()
        until(fact, seconds=seconds, what=what)
        return time.monotonic() - began

    def wait_acked(self, *, seconds: float = 60) -> None:
        """Until every delivery sent so far was acknowledged."""
        everybody = lambda: all(shop.everything_acked() for shop in self.shops)  # noqa: E731
        until(everybody, seconds=seconds, what="every delivery is acknowledged")

    def wait_quiet(self, *, seconds: float = WORK_RECOVERS_IN) -> None:
        """Until nothing is due (what is uncertain apart)."""
        last: Work | None = None

        def is_quiet() -> bool:
            nonlocal last
            before, last = last, self.waiting()
            return bool(before and last and before.is_done and last.is_done)

        until(is_quiet, seconds=seconds, what=f"the queues drain (left: {last})", every=0.2)

    def web_is_back(self, *, since: float) -> None:
        """Web must answer again within five seconds of `since` (monotonic)."""
        until(self.cluster.web_answers, seconds=30, what="the web server answers again")
        took = time.monotonic() - since
        self.note(f"web back after {took:.1f} s")
        self.require(took <= WEB_RECOVERS_IN, f"web was back after {took:.1f} s only")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of the fault matrix (`rows`), what is done and what must happen."""

    name: str
    rows: tuple[str, ...]
    says: str
    play: Callable[[Run], None]
    needs: Callable[[Cluster], str]  # why it cannot be played here; empty where it can


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario went: `problems` is empty when everybody kept their word."""

    name: str
    seed: int
    seconds: float
    recovery: float
    problems: list[str]
    notes: list[str]
    skipped: str = ""


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    name: str, *rows: str, needs: Callable[[Cluster], str] = lambda _: ""
) -> Callable[[Callable[[Run], None]], Callable[[Run], None]]:
    """Enter a function into the list, under `name` and the rows of the matrix that it plays."""

    def enter(function: Callable[[Run], None]) -> Callable[[Run], None]:
        says = (function.__doc__ or "").strip()
        SCENARIOS[name] = Scenario(name=name, rows=rows, says=says, play=function, needs=needs)
        return function

    return enter


def play(name: str, *, seed: int, cluster: Cluster, provider: Provider) -> Outcome:
    """Play one scenario on a healthy cluster and leave it healthy."""
    chosen = SCENARIOS[name]
    if why := chosen.needs(cluster):
        return Outcome(name, seed, 0, 0, [], [], skipped=why)
    began = time.monotonic()
    recovery = 0.0
    with Watch(cluster) as watch:
        run = Run(cluster=cluster, provider=provider, watch=watch, seed=seed, name=name)
        try:
            with _healed(run):
                chosen.play(run)
            recovery = _recover(run)
            for check in run.checks:
                check()
            for shop in run.shops:
                database = read_database(cluster, store=shop.store)
                run.wrong += problems(shop=shop, database=database, watch=watch, terms=run.terms)
                taken = provider.taken(domain=shop.domain)
                run.note(f"{shop.slug}: {summary(database.messages)}; {doubles(taken)} twice")
        except NotHere as error:
            return Outcome(name, seed, 0, 0, [], [], skipped=str(error))
        except AssertionError as error:
            run.wrong.append(str(error))
        except Exception as error:
            run.wrong.append("".join(traceback.format_exception(error)))
        finally:
            for shop in run.shops:
                shop.close()
    doubted = len(watch.uncertain)
    run.note(f"{doubted} were uncertain" if doubted else "none uncertain")
    seconds = time.monotonic() - began
    return Outcome(name, seed, seconds, recovery, run.wrong, run.notes)


@contextlib.contextmanager
def _healed(run: Run) -> Iterator[None]:
    """Whatever the scenario leaves broken is mended, also when it fails."""
    try:
        yield
    finally:
        faults.disarm(run.cluster.traps)
        for name in ("postgres", "redis", "web", *WORKERS, *BEATS):
            run.cluster.resume(name)
            run.cluster.lift(name)
        for shop in run.shops:
            shop.manners.script.clear()
            shop.manners.always = None


def _recover(run: Run) -> float:
    """Seconds from the healing until everything is acknowledged and done."""
    healed = time.monotonic()
    run.wait_acked()
    run.wait_quiet()
    recovery = time.monotonic() - healed
    run.require(recovery <= run.recovers_in, f"recovery took {recovery:.0f} s")
    if run.cluster.times < 1:
        settled = lambda: (left := run.waiting()) and left.is_done and not left.uncertain  # noqa: E731
        until(settled, seconds=UNCERTAIN_WAITS, what="what was uncertain is settled")
    else:
        run.terms.uncertain_stays = True
    return recovery
