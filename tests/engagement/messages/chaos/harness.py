"""Starts workers, kills and pauses them, and compares what the provider saw with what we believe."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]


@dataclass
class Verdict:
    """The comparison. `problems` is empty when everybody kept their word."""

    problems: list[str] = field(default_factory=list)
    messages: int = 0
    accepted: int = 0
    uncertain: int = 0
    twice: int = 0
    statuses: Counter = field(default_factory=Counter)


class Chaos:
    """One nursery and its workers over one database."""

    def __init__(
        self, *, folder: Path, database_url: str, seed: int, without_fence: bool = False, **env: str
    ) -> None:
        self.ledger = folder / "ledger"
        self.random = random.Random(seed)
        self.workers: list[int] = []
        self.kills = self.pauses = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.engagement.messages.chaos.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "DATABASE_URL": database_url,
                "REDIS_URL": "",
                "VAR_DIR": str(folder),
                "LEDGER": str(self.ledger),
                "SEED": str(seed),
                "LEASE": "1.2",
                "UNCERTAIN_AGE": "2.5",
                "WITHOUT_FENCE": "1" if without_fence else "",
                **env,
            },
        )

    def __enter__(self) -> "Chaos":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        for pid in self.workers:
            _signal(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def ask(self, words: str) -> Any:
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the nursery has died; its error stands above"
        return json.loads(answer)

    def spawn(self, how: str = "") -> int:
        pid = self.ask(f"spawn {how}")
        self.workers.append(pid)
        return pid

    def kill_one(self) -> None:
        victim = self.random.choice(self.workers)
        _signal(victim, signal.SIGKILL)
        self.workers.remove(victim)
        self.kills += 1
        self.spawn()

    def pause_one(self, *, seconds: float) -> None:
        """Asleep past its lease, then awake again and sure that its rows are still its own."""
        sleeper = self.random.choice(self.workers)
        _signal(sleeper, signal.SIGSTOP)
        time.sleep(seconds)
        _signal(sleeper, signal.SIGCONT)
        self.pauses += 1

    def settle(self, *, seconds: float) -> None:
        """Let the workers finish in peace; tend until nothing is left."""
        until = time.monotonic() + seconds
        while self.ask("tend")["left"]:
            assert time.monotonic() < until, "the queue did not drain"
            time.sleep(0.1)

    def lines(self) -> int:
        return len(self.ledger.read_text().splitlines()) if self.ledger.exists() else 0

    def verdict(self) -> Verdict:
        accepted = Counter(line.split()[0] for line in self.ledger.read_text().splitlines())
        notes = Path(f"{self.ledger}.uncertain")
        doubted = set(notes.read_text().split()) if notes.exists() else set()
        verdict = Verdict(accepted=sum(accepted.values()), uncertain=len(doubted))
        for key, kind, status, reason in self.ask("report"):
            verdict.messages += 1
            verdict.statuses[f"{kind} {status} {reason}".strip()] += 1
            times = accepted.pop(key, 0)
            verdict.twice += times > 1
            _judge(verdict, key=key, kind=kind, status=status, times=times, doubted=key in doubted)
        verdict.problems += [f"{key}: accepted, but nobody promised it" for key in accepted]
        return verdict


def _judge(
    verdict: Verdict, *, key: str, kind: str, status: str, times: int, doubted: bool
) -> None:
    """The stated rule: once; order news once more if, and only if, it had been uncertain."""
    most = 2 if doubted and kind == "transactional" else 1
    if times > most:
        verdict.problems.append(f"{key}: {kind} accepted {times} times, {most} allowed")
    if status not in {"sent", "skipped", "failed"}:
        verdict.problems.append(f"{key}: left {status}")
    if status == "sent" and not times:
        verdict.problems.append(f"{key}: said to be sent, the provider never saw it")
    if status != "sent" and not doubted:
        verdict.problems.append(f"{key}: {kind} lost ({status}) without ever being uncertain")


def _signal(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)
