"""Mail structures: ours and trusted, Jinja2, compiled once a process and filled many times."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context

from engagement.messages.rendering import formats

TEMPLATES = Path(settings.BASE_DIR) / "templates"
_include = re.compile(r'\{% include "([a-z_/.]+)" %\}\n?')


def _filters() -> dict[str, Any]:
    @pass_context
    def day(context: Any, value: Any) -> str:
        return formats.day(value, zone=context["zone"], language=context["lang"])

    @pass_context
    def date(context: Any, value: Any) -> str:
        return formats.date_text(value, zone=context["zone"], language=context["lang"])

    @pass_context
    def money(context: Any, value: Any) -> str:
        return formats.money(value, language=context["lang"])

    @pass_context
    def number(context: Any, value: Any) -> str:
        return formats.quantity(value, language=context["lang"])

    return {"day": day, "date": date, "money": money, "number": number, "quantity": number}


def _shown(value: Any) -> Any:
    """What is missing shows as nothing."""
    return "" if value is None else value


class DataEnvironment(Environment):
    """A dot reads a key. Jinja would try Python's attribute first, and raise and catch for each."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def _environment(*, escape: bool) -> Environment:
    environment = DataEnvironment(
        loader=(FileSystemLoader if escape else WholeTexts)(TEMPLATES),
        autoescape=escape,
        undefined=StrictUndefined,
        finalize=_shown,
        auto_reload=False,
        trim_blocks=not escape,
        lstrip_blocks=not escape,
        keep_trailing_newline=True,
    )
    environment.filters.update(_filters())
    return environment


class WholeTexts(FileSystemLoader):
    """Text structures with their partials put in: an include costs more than what it includes."""

    def get_source(self, environment: Environment, template: str) -> Any:
        source, path, uptodate = super().get_source(environment, template)
        return (
            _include.sub(lambda found: self.get_source(environment, found[1])[0], source),
            path,
            uptodate,
        )


@lru_cache(maxsize=1)
def html_environment() -> Environment:
    return _environment(escape=True)


@lru_cache(maxsize=1)
def text_environment() -> Environment:
    return _environment(escape=False)


@lru_cache(maxsize=64)
def html_structure(template: str) -> Template:
    return html_environment().get_template(f"emails/{template}/compiled.html")


@lru_cache(maxsize=64)
def text_structure(template: str) -> Template:
    return text_environment().get_template(f"emails/{template}/text.txt")
