"""What of a published guide is read in which language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the language that it is in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class StepRead:
    """One step. `shows` says what its picture shows; empty where the words say it all."""

    title: Said
    text: Said
    image_url: str
    shows: Said


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file: at `url`, or kept here under `public_id`."""

    title: Said
    url: str
    public_id: str


@dataclass(frozen=True, slots=True)
class GuideRead:
    """A published guide as one reader gets it."""

    title: Said
    summary: Said
    image_url: str
    video_url: str
    minutes: int | None
    steps: Sequence[StepRead]
    files: Sequence[FileRead]


NOTHING = Said("", "")


def said(texts: Mapping[str, str] | None, *, languages: Sequence[str]) -> Said:
    """The text in the first of `languages` that has one, else in any."""
    texts = texts or {}
    for code in (*languages, *sorted(texts)):
        if text := texts.get(code, ""):
            return Said(text, code)
    return NOTHING


def read_content(content: Mapping[str, Any], *, languages: Sequence[str]) -> GuideRead:
    """A version's content for a reader of `languages`, the wished one first."""
    return GuideRead(
        title=said(content.get("title"), languages=languages),
        summary=said(content.get("summary"), languages=languages),
        image_url=content.get("image_url", ""),
        video_url=content.get("video_url", ""),
        minutes=content.get("minutes"),
        steps=[
            StepRead(
                title=said(step.get("title"), languages=languages),
                text=said(step.get("text"), languages=languages),
                image_url=step.get("image_url", ""),
                shows=said(step.get("shows"), languages=languages),
            )
            for step in content.get("steps", ())
        ],
        files=[
            FileRead(
                title=said(file.get("title"), languages=languages),
                url=file.get("url", ""),
                public_id=file.get("public_id", ""),
            )
            for file in content.get("files", ())
        ],
    )
