"""Strings are tried here, in a process of their own that may die of them (A13).

``python -m engagement.messages.rendering.trial`` reads one JSON object and answers a line of JSON
per string, so that whoever started it sees which one it did not survive. It has no settings, no
database and no secrets.
"""

import json
import resource
import sys
from typing import Any

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.prepare import prepared
from engagement.messages.rendering.samples import SAMPLES
from engagement.messages.rendering.words import Words

MOST_OUTPUT = 150_000


def main() -> None:
    """Try what stands on standard input: language, texts by slot, limits."""
    asked = json.load(sys.stdin)
    data = {
        name: prepared(sample(), languages=(asked["language"],)) for name, sample in SAMPLES.items()
    }
    _limit(seconds=asked["seconds"], megabytes=asked["megabytes"])
    room = MOST_OUTPUT
    for slot, texts in asked["texts"].items():
        told = _tried(texts, language=asked["language"], data=data)
        room -= told.pop("length")
        if room < 0:
            told["error"] = told["error"] or "All texts together become too long."
        print(json.dumps({"slot": slot, **told}), flush=True)  # noqa: T201 (its answer)


def _limit(*, seconds: int, megabytes: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, spent + seconds))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _tried(texts: list[str], *, language: str, data: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"error": "", "paths": [], "filters": [], "said": {}, "length": 0}
    try:
        words = [
            Words(source=text, language=language, where=f"Paragraph {number}")
            for number, text in enumerate(texts, 1)
        ]
        for one in words:
            if one.constant is None:
                found = one.template.analyze()
                told["filters"] += found.filters
                told["paths"] += [
                    list(variable.segments)
                    for used in found.globals.values()
                    for variable in used
                    if all(isinstance(part, (str, int)) for part in variable.segments)
                ]
        for name, known in data.items():
            told["said"][name] = [one.say(known) for one in words]
            told["length"] = max(told["length"], sum(map(len, told["said"][name])))
    except TemplateBroken as error:
        told["error"] = error.detail
    except (MemoryError, RecursionError):
        told["error"] = "It asks for more memory than a mail may take."
    return told


if __name__ == "__main__":
    main()
