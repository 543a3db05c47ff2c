"""The reference implementation of MJML reads our structures, too, and finds nothing wrong with them."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from engagement.messages.rendering.compile import EMAILS, source_of, template_keys

NPM = Path(__file__).resolve().parents[3] / "var/npm"
LINT = """
const mjml = require('mjml');
const sources = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const found = {};
for (const [name, source] of Object.entries(sources)) {
  const told = mjml(source, { validationLevel: 'soft', keepComments: false }).errors;
  if (told.length) found[name] = told.map(error => error.formattedMessage);
}
console.log(JSON.stringify(found));
"""


def without_jinja(source: str) -> str:
    """What is left when every value is some text, every colour a colour, and every block there."""
    source = re.sub(r"\{\{ colors\.\w+ \}\}", "#123456", source)
    return re.sub(r"\{%.*?%\}", "", re.sub(r"\{\{.*?\}\}", "x", source))


def linted(sources: dict[str, str]) -> dict[str, list[str]]:
    node = shutil.which("node")
    if node is None or not (NPM / "node_modules/mjml").is_dir():
        pytest.skip("the npm package mjml is not installed; see tests/skips.toml")
    told = subprocess.run(
        [node, "-e", LINT], input=json.dumps(sources), cwd=NPM, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def test_node_mjml_has_nothing_to_say_of_any_structure():
    sources = {
        key: without_jinja(source_of(EMAILS / key / "structure.mjml")) for key in template_keys()
    }
    assert linted(sources) == {}


def test_node_mjml_would_say_something():
    wrong = "<mjml><mj-body><mj-section colour='#fff'><mj-text>x</mj-text></mj-section></mj-body></mjml>"
    assert len(linted({"wrong": wrong})["wrong"]) >= 2
