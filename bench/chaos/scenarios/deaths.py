"""Rows 4, 5, 22 and J10: a process dies or sleeps at the very place where it hurts most."""

import os
import signal

from bench.chaos import faults
from bench.chaos.cluster import until
from bench.chaos.scenarios.run import Run, scenario


@scenario("dies-before-hint", "4")
def dies_before_hint(run: Run) -> None:
    """Processes die between a commit and the hint that follows it. The sweep finds the rows."""
    faults.arm(run.cluster.traps, "before-hint", times=6)
    run.shop().trade(16)
    until(
        lambda: not faults.armed(run.cluster.traps, "before-hint"),
        seconds=30,
        what="six processes die before their hint",
    )


@scenario("dies-after-250", "5", "E10")
def dies_after_250(run: Run) -> None:
    """The provider said 250 and the worker dies before it writes that down, four times over. Without
    evidence order news goes once more under the same Message-ID; where the provider's webhook tells
    of the mail, even before RECORD, nothing goes twice."""
    silent, telling = run.shop(), run.shop(kind="api")
    for shop in (silent, telling):
        faults.arm(run.cluster.traps, "before-record", times=2)
        shop.trade(8)
        until(
            lambda: not faults.armed(run.cluster.traps, "before-record"),
            seconds=30,
            what="two workers die before RECORD",
        )
    for one in run.provider.taken(domain=telling.domain):
        telling.tell(one.key, one.to)
    run.finally_check(lambda: _nothing_twice(run, telling.domain))


def _nothing_twice(run: Run, domain: str) -> None:
    keys = [one.key for one in run.provider.taken(domain=domain)]
    run.require(len(keys) == len(set(keys)), "a mail went twice though the provider had told of it")


@scenario("sleeps-through-lease", "J10")
def sleeps_through_lease(run: Run) -> None:
    """A worker stops just before MARK and wakes when another has its rows. The fence stops it."""
    shop = run.shop()
    shop.manners.always = ("dot", "sleep 0.2")
    faults.arm(run.cluster.traps, "before-mark-of-several", "stop")
    for number in range(36):
        shop.send(shop.story(f"o{number}", "placed"))
    sleeper = _caught(run)
    run.wait_acked()

    def others_have_them() -> bool:
        with run.cluster.sql() as ask:
            again = ask(
                "SELECT count(*) FROM engagement_messages_outbox "
                "WHERE store_id = %s AND claims > 1 AND state = 20",
                (shop.store,),
            )
        return bool(again[0][0])

    until(others_have_them, seconds=40, what="another worker takes the sleeper's rows")
    os.kill(sleeper, signal.SIGCONT)


@scenario("late-unsubscribe", "E6")
def late_unsubscribe(run: Run) -> None:
    """Somebody unsubscribes when their mail is written and about to be marked, and every worker but
    the one that holds it sleeps: nothing but MARK's second look can stop it."""
    shop = run.shop()
    shop.buyers = {"first": "jana", "second": "jana"}
    shop.send(shop.story("first", "placed", "shipped", "delivered"))
    leave = until(lambda: _link_of(run, shop.domain), seconds=60, what="a mail with a way out")
    faults.arm(run.cluster.traps, "before-marketing-mark", "stop")
    shop.send(shop.story("second", "placed", "shipped", "delivered"))
    holder = _caught(run)
    others = [
        pid
        for name in ("worker1", "worker2")
        for pid in [run.cluster.processes[name].pid, *run.cluster.children(name)]
        if pid != holder
    ]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    sent_before = len(_asked(run, shop.domain))
    run.require(shop.unsubscribe(leave) == 200, "unsubscribing was not answered with 200")
    os.kill(holder, signal.SIGCONT)
    run.pause(1.5, 2.0)  # longer than a hand-over takes
    for pid in others:
        os.kill(pid, signal.SIGCONT)
    run.finally_check(
        lambda: run.require(
            len(_asked(run, shop.domain)) == sent_before,
            "marketing left after its reader had unsubscribed",
        )
    )


def _asked(run: Run, domain: str) -> list[str]:
    """Ways out of the marketing that reached this shop's customers."""
    return [one.leave for one in run.provider.taken(domain=domain) if one.leave]


def _link_of(run: Run, domain: str) -> str:
    return next(iter(_asked(run, domain)), "")


@scenario("late-cancel", "E6", "7")
def late_cancel(run: Run) -> None:
    """Orders are canceled while a worker that claimed their mails sleeps before MARK. Cancel or mark
    wins, never both."""
    shop = run.shop()
    faults.arm(run.cluster.traps, "before-mark", "stop")
    for number in range(6):
        shop.send(shop.story(f"o{number}", "placed"))
    sleeper = _caught(run)
    run.wait_acked()
    for number in range(6):
        shop.send(shop.story(f"o{number}", "canceled"))
    run.wait_acked()
    canceled = lambda: sum(store == shop.store for store, _ in run.watch.canceled) == 6  # noqa: E731
    until(canceled, seconds=30, what="six cancellations are committed")
    run.pause(0.8, 1.2)  # what others marked before is out by now
    sent_before = len(_confirmed(run, shop.domain))
    os.kill(sleeper, signal.SIGCONT)
    run.finally_check(
        lambda: run.require(
            len(_confirmed(run, shop.domain)) == sent_before,
            "an order was confirmed after its cancellation",
        )
    )


def _confirmed(run: Run, domain: str) -> list[str]:
    mails = run.provider.taken(domain=domain)
    return [one.key for one in mails if one.flow == "order_confirmation"]


@scenario("poison", "22", "W9")
def poison(run: Run) -> None:
    """A notice that kills its reader and an order whose mail kills its writer. Both are given up
    after three deaths; their neighbours pass."""
    shop = run.shop()
    shop.send(shop.story("deadly", "placed", title=faults.POISON.decode()))
    shop.send(shop.story("unwritable", "placed", title=faults.POISONED_TITLE))
    for number in range(8):
        shop.send(shop.story(f"o{number}", "placed", "shipped"))
    run.terms.dead.add("deadly")
    run.terms.failed.add("unwritable")
    faults.arm(run.cluster.traps, "in-reaction", times=2)
    run.pause(1, 2)

    def given_up() -> bool:
        with run.cluster.sql() as ask:
            dead = ask(
                "SELECT count(*) FROM orders_inboundnotice WHERE store_id = %s AND status = 'dead'",
                (shop.store,),
            )
            failed = ask(
                "SELECT count(*) FROM engagement_messages_message WHERE store_id = %s "
                "AND status = 'failed' AND reason = 'template_error'",
                (shop.store,),
            )
        return bool(dead[0][0] and failed[0][0])

    until(given_up, seconds=90, what="both poisons are given up", every=0.3)


def _caught(run: Run) -> int:
    """The process that stopped in the trap."""
    found = until(
        lambda: faults.caught(run.cluster.traps), seconds=30, what="a worker steps into the trap"
    )
    return int(found[0])
