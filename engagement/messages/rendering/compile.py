"""MJML to Jinja2 HTML, at build time. The output is kept in the repository; a test keeps it current."""

import re
from pathlib import Path

from mjml import mjml2html

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.structure import TEMPLATES

EMAILS = TEMPLATES / "emails"
PARTIALS = EMAILS / "_partials"
_include = re.compile(r'[ \t]*<mj-include path="([a-z_]+\.mjml)"\s*/>\n?')
_roleless_table = re.compile(r"<table (?![^>]*\brole=)")
_row = re.compile(r"\s*(<(?:table|tr|td|div|body|meta)\b)")
_indent = re.compile(r"\n\s*")
_comment = re.compile(r"<!-- .*? -->\n?", re.DOTALL)


def template_keys() -> list[str]:
    """Every mail that has a structure, by name."""
    return sorted(path.parent.name for path in EMAILS.glob("[a-z]*/structure.mjml"))


def source_of(path: Path, *, depth: int = 0) -> str:
    """A structure with its partials put in, textually, so that Jinja may stand around them."""
    if depth > 5:
        raise TemplateBroken(f"{path.name} includes itself.")

    def included(match: re.Match[str]) -> str:
        return source_of(PARTIALS / match[1], depth=depth + 1)

    return _include.sub(included, _comment.sub("", path.read_text(encoding="utf-8")))


def compiled(template: str) -> str:
    """The Jinja2 HTML of one mail. Raises `TemplateBroken`."""
    try:
        html = mjml2html(source_of(EMAILS / template / "structure.mjml"), fonts={})
    except ValueError as error:
        raise TemplateBroken(f"{template}/structure.mjml: {error}") from error
    # mrml knows no role for mj-table, and all our tables are layout.
    html = _roleless_table.sub('<table role="presentation" ', html.strip())
    # Lines over 998 octets would make Django encode the whole part as quoted-printable, in Python;
    # very many lines cost, too. White space here stands between boxes, never inside a text.
    return _row.sub("\n\\1", _indent.sub("\n", html)) + "\n"


def outdated() -> list[str]:
    """The mails whose ``compiled.html`` is missing or differs from what their structure gives."""
    return [template for template in template_keys() if _kept(template) != compiled(template)]


def compile_all() -> list[str]:
    """Write every ``compiled.html`` that is out of date; their names."""
    stale = outdated()
    for template in stale:
        target = EMAILS / template / "compiled.html"
        target.write_text(compiled(template), encoding="utf-8")
    return stale


def _kept(template: str) -> str | None:
    target = EMAILS / template / "compiled.html"
    return target.read_text(encoding="utf-8") if target.is_file() else None
