"""A real browser (Debian's Chromium) before the real server: what test clients cannot see."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core.clock import real_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.models import Flow
from engagement.flows.operations.install_flows import install_flows
from tests.factories.everything import one_of_everything
from tests.factories.stores import MembershipFactory

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).resolve().parents[2] / "var/npm/node_modules/axe-core/axe.min.js"
IMPACTS = ("minor", "moderate", "serious", "critical")
PASSWORD = "a long enough password"
QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a file. While it runs an event loop stands in this thread, hence the allowance."""
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed; see tests/skips.toml")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def is_expected(words: str) -> bool:
    """The mail of the factory carries a script, and the browser tells that its box runs none."""
    return words.startswith("Blocked script execution") and "/localmail/" in words


@dataclass
class Visitor:
    """Somebody at a browser; `complaints` is what its console and its policies said meanwhile."""

    page: Page
    server: str
    complaints: list[str] = field(default_factory=list)

    def opens(self, path: str) -> Page:
        answer = self.page.goto(self.server + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def scrolls_sideways(self) -> bool:
        width = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(width))

    def barriers(self, *, least: str = "serious") -> list[str]:
        """What axe-core finds on the page as it stands, of at least that impact."""
        if not AXE.exists():
            pytest.skip("axe-core is not installed (npm install --prefix var/npm axe-core)")
        # In an isolated world: the page's own policy stays as strict as it is.
        session = self.page.context.new_cdp_session(self.page)
        tree = session.send("Page.getFrameTree")
        world = session.send(
            "Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"]}
        )
        context = {"contextId": world["executionContextId"]}
        session.send("Runtime.evaluate", {"expression": AXE.read_text(), **context})
        run = "axe.run(document, {iframes: false}).then(found => found.violations)"
        told = session.send(
            "Runtime.evaluate",
            {"expression": run, "awaitPromise": True, "returnByValue": True, **context},
        )
        return [
            f"{found['id']}: {found['help']}: {node['html'][:160]}"
            for found in told["result"]["value"]
            if IMPACTS.index(found["impact"] or "minor") >= IMPACTS.index(least)
            for node in found["nodes"]
        ]


@pytest.fixture
def visit(chromium: Browser, live_server, settings) -> Iterator[Callable[..., Visitor]]:
    """A new visitor with a window of that width; at the end nobody's console has complained."""
    settings.SITE_URL = live_server.url
    contexts, visitors = [], []

    def come(*, width: int = 1280, script: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        page = context.new_page()
        visitor = Visitor(page, live_server.url)
        page.on(
            "console",
            lambda said: (
                visitor.complaints.append(f"{said.text} {said.location}")
                if said.type in {"error", "warning"} and not is_expected(said.text)
                else None
            ),
        )
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        contexts.append(context)
        visitors.append(visitor)
        return visitor

    yield come
    for context in contexts:
        context.close()
    assert [words for visitor in visitors for words in visitor.complaints] == []


@pytest.fixture
def shop(store: Store) -> dict:
    """Lipa with a row of everything, its flows, and an owner who knows a password."""
    install_flows(store=store, now=real_now())
    with store_scope(store.pk):
        Flow.objects.filter(key="review_request").delete()  # one_of_everything brings its own
    rows = one_of_everything(store)
    with store_scope(store.pk):
        rows["flow"] = Flow.objects.get(key="birthday")
    owner = MembershipFactory(store=store).user
    owner.set_password(PASSWORD)
    owner.save()
    return {"store": store, "owner": owner, **rows}


@pytest.fixture
def enter(visit, shop) -> Callable[..., Visitor]:
    """The owner, logged in through the real form."""

    def go(*, width: int = 1280) -> Visitor:
        visitor = visit(width=width)
        page = visitor.opens("/admin/login/")
        page.get_by_label("Email").fill(shop["owner"].email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(visitor.server + "/admin/")
        return visitor

    return go
