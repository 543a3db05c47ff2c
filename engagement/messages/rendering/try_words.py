"""Try a merchant's strings before they are kept: in a child process with limits (A13)."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings

SECONDS = 2
MEGABYTES = 256
LONGEST_WAIT = 20  # on a busy machine starting takes longer than trying
KILLED = "It takes too much time or memory. Make its loops shorter."
NOT_TRIED = "It was not tried, because a text before it could not be."


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one slot: an error in words or none, the variables and filters it uses, and what
    it says for each sample.
    """

    error: str = ""
    paths: Sequence[Sequence[str | int]] = ()
    filters: Sequence[str] = ()
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)


def try_words(
    *,
    texts: Mapping[str, str | Sequence[str]],
    language: str,
    seconds: int = SECONDS,
    megabytes: int = MEGABYTES,
) -> dict[str, Tried]:
    """Parse and fill `texts` (by slot) with every sample; what came of each.

    At most `seconds` of processor time and `megabytes` of memory for all of them. Never raises for
    what a text does.
    """
    asked = {
        "language": language,
        "seconds": seconds,
        "megabytes": megabytes,
        "texts": {
            slot: [text] if isinstance(text, str) else list(text) for slot, text in texts.items()
        },
    }
    answers = _answers(json.dumps(asked))
    found: dict[str, Tried] = {}
    dead = ""
    for slot in texts:
        if slot in answers:
            found[slot] = Tried(**answers[slot])
        else:
            found[slot] = Tried(error=NOT_TRIED if dead else KILLED)
            dead = slot
    return found


def _answers(asked: str) -> dict[str, dict]:
    try:
        told = subprocess.run(
            [sys.executable, "-m", "engagement.messages.rendering.trial"],
            input=asked,
            capture_output=True,
            text=True,
            timeout=LONGEST_WAIT,
            cwd=settings.BASE_DIR,
            env={"PYTHONPATH": str(settings.BASE_DIR), "LANG": "C.UTF-8"},
            check=False,
        ).stdout
    except subprocess.TimeoutExpired as error:
        told = (error.stdout or b"").decode() if isinstance(error.stdout, bytes) else ""
    answers = {}
    for line in told.splitlines():
        try:
            answer = json.loads(line)
        except ValueError:  # it died while it spoke
            continue
        answers[answer.pop("slot")] = answer
    return answers
