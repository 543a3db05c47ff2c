"""Rows 13 to 17: the mail provider refuses, hangs up, dawdles, forgets us, or talks nonsense."""

from bench.chaos.scenarios.run import Run, scenario
from bench.chaos.shop import Shop

TRY_AGAIN = ("451 4.3.0 later", "452 4.2.2 full", "450 4.2.1 busy")


@scenario("smtp-4xx", "13", "E9")
def smtp_4xx(run: Run) -> None:
    """The provider asks us to come back, at every stage, and once says 421 and hangs up. All mails
    arrive later, each once."""
    shop = run.shop()
    stages = ["rcpt", "dot", "mail", "data"]
    for _ in range(6):
        shop.manners.then((run.chance.choice(stages), run.chance.choice(TRY_AGAIN)))
    shop.manners.then(("mail", "421 4.7.0 closing"), ("connect", "421 4.3.2 too many"))
    shop.trade(10)
    run.wait_acked()
    run.wait_until(lambda: not shop.manners.script, "the provider's moods are over")
    run.note(f"{shop.manners.refused} refusals")


@scenario("smtp-5xx", "14", "E9")
def smtp_5xx(run: Run) -> None:
    """One provider knows none of the addresses, another takes none of the mails. Nothing is tried
    twice; only the unknown addresses are suppressed."""
    unknown, unwanted = run.shop(), run.shop()
    unknown.manners.always = ("rcpt", "550 5.1.1 no such user")
    unwanted.manners.always = ("dot", "554 5.7.1 not from you")
    for shop in (unknown, unwanted):
        for number in range(5):
            shop.send(shop.story(f"o{number}", "placed"))
            run.terms.failed.add(f"o{number}")
    run.wait_acked()
    run.wait_quiet()
    for shop in (unknown, unwanted):
        tries = len(shop.manners.tries)
        run.require(tries == 5, f"{shop.slug}: five mails and {tries} tries")
    run.require(_suppressed(run, unknown) == 5, "unknown addresses were not suppressed")
    run.require(_suppressed(run, unwanted) == 0, "addresses were suppressed for a mail's content")


def _suppressed(run: Run, shop: Shop) -> int:
    with run.cluster.sql() as ask:
        found = ask(
            "SELECT count(*) FROM preferences_suppression WHERE store_id = %s",
            (shop.store,),
        )
    return int(found[0][0])


@scenario("smtp-cut", "15", "E10")
def smtp_cut(run: Run) -> None:
    """The line is cut before the body, and after its final dot with the mail kept or not. What is
    unclear waits; order news goes once more, marketing does not."""
    shop = run.shop()
    for _ in range(6):
        action = run.chance.choice([("data", "cut"), ("dot", "cut"), ("dot", "keep and cut")])
        shop.manners.then(action)
    shop.trade(10)
    run.wait_acked()
    run.wait_until(lambda: not shop.manners.script, "six lines are cut")


@scenario("smtp-slow", "16")
def smtp_slow(run: Run) -> None:
    """One shop's provider takes a second for every mail. The other shops' mails do not wait."""
    slow, others = run.shop(), run.shop()
    slow.manners.always = ("dot", "sleep 1")
    for number in range(30):
        slow.send(slow.story(f"o{number}", "placed"))
    others.trade(10)
    until_others = run.wait_until(
        lambda: others.everything_acked() and _is_done(run, others), "the others are served"
    )
    left = 30 - len(run.provider.taken(domain=slow.domain))
    run.note(f"others done in {until_others:.1f} s with {left} slow mails left")
    run.require(left > 0, "the slow provider was done first: nothing is shown by this run")


def _is_done(run: Run, shop: Shop) -> bool:
    work = run.waiting_of(shop)
    return bool(work and work.is_done)


@scenario("login-lost", "17", "E9")
def login_lost(run: Run) -> None:
    """The provider refuses our login for a while. The account rests, no mail loses a try, and all
    leave when the login counts again."""
    shop = run.shop()
    shop.manners.always = ("auth", "535 5.7.8 wrong password")
    shop.trade(8)
    run.wait_acked()
    run.wait_until(lambda: shop.manners.refused >= 2, "the login is refused twice")
    with run.cluster.sql() as ask:
        tries = ask(
            "SELECT coalesce(max(attempts), 0) FROM engagement_messages_outbox WHERE store_id = %s",
            (shop.store,),
        )
    run.require(tries[0][0] == 0, "mails lost tries to a login that was refused")


@scenario("api-trouble", "17")
def api_trouble(run: Run) -> None:
    """A provider's API answers 500 and 502, nonsense, nothing at all, or hangs up, and 429 with a
    time to wait, which is kept to."""
    shop, asked = run.shop(kind="api"), run.shop(kind="api")
    for _ in range(3):
        action = run.chance.choice(["500", "502", "garbage", "cut", "keep and cut", "sleep 4"])
        shop.manners.then(("dot", action))
    asked.manners.then(("dot", "429 6"))
    shop.trade(8)
    for number in range(10):
        asked.send(asked.story(f"o{number}", "placed"))
    run.wait_acked()
    moods = (shop.manners.script, asked.manners.script)
    run.wait_until(lambda: not any(moods), "the APIs' moods are over", seconds=90)
    run.wait_quiet()
    at = asked.manners.asked_to_wait_at
    too_early = [one for one in asked.manners.tries if at + 1 < one < at + 5.5]
    run.require(not too_early, f"{len(too_early)} tries before the provider's Retry-After")


@scenario("batch-in-part", "17", "E10")
def batch_in_part(run: Run) -> None:
    """Ten mails are marked together; of some the provider wants no part, after others it hangs up,
    and workers are killed on top. Each mail of the batch keeps a fate of its own."""
    shop = run.shop(kind="api", mark_batch=10)
    for number in range(20):
        shop.send(shop.story(f"o{number}", "placed"))
    for _ in range(3):
        shop.manners.then(("dot", run.chance.choice(["503", "keep and cut", "500"])))
    run.pause(0.5, 1.5)
    run.cluster.kill("worker1")
    run.wait_acked()


@scenario("feedback-storm", "17", "E7")
def feedback_storm(run: Run) -> None:
    """The provider tells everything 46 times and backwards: bounce before delivery, both before we
    have written down that the mail left. One event each, one suppression."""
    shop = run.shop(kind="api")
    for number in range(4):
        shop.send(shop.story(f"o{number}", "placed"))
    run.wait_until(lambda: len(run.provider.taken(domain=shop.domain)) == 4, "four mails are out")
    statuses: set[int] = set()
    for one in run.provider.taken(domain=shop.domain):
        events = (
            ["Open", "Bounce", "Delivery"] if one.to.startswith("o0@") else ["Open", "Delivery"]
        )
        for record in events:
            statuses |= set(shop.tell(one.key, one.to, record, times=46))
    run.require(statuses == {200}, f"feedback was answered {sorted(statuses)}")
    run.wait_quiet()
    with run.cluster.sql() as ask:
        events = ask(
            "SELECT count(*) FROM engagement_messages_messageevent WHERE store_id = %s",
            (shop.store,),
        )
    run.require(events[0][0] == 9, f"nine things were told and {events[0][0]} events are kept")
    run.require(_suppressed(run, shop) == 1, "one address bounced; the list says otherwise")
