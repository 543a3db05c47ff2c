"""The docs lead somewhere, and the README's commands are what CI runs."""

import re
import tomllib

import pytest

from tests.house.tree import ROOT, text_of, tracked

PAGES = [path for path in tracked("*.md") if path.parts[0] != "tests"]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_of_the_docs_resolves(page):
    text = re.sub(r"```.*?```", "", text_of(page), flags=re.S)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        if not (ROOT / page.parent / target.split("#")[0]).exists():
            broken.append(target)
    assert broken == []


def test_the_readme_names_the_two_commands_and_ci_runs_the_test_one():
    commands = re.findall(r"```sh\n(.*?)\n```", text_of(ROOT / "README.md"), re.S)
    assert commands[:2] == ["make demo", "make test"]
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert 'env "$@" make --no-print-directory test; then' in ci
    assert len(re.findall(r"^suite\b", ci, re.M)) == 3  # what it is, and with and without services
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^demo:", makefile, re.M)
    assert re.search(r"^test:", makefile, re.M)


REQUIREMENTS = ROOT / "docs" / "requirements.toml"
IDS = {"W": 17, "J": 11, "E": 20, "A": 23, "L": 10, "D": 9, "G": 13}


def test_every_requirement_has_its_line_and_every_test_named_there_exists():
    rows = tomllib.loads(REQUIREMENTS.read_text(encoding="utf-8"))
    wanted = {f"{letter}{n}" for letter, last in IDS.items() for n in range(1, last + 1)}
    assert rows["reliability"].keys() == wanted
    wrong = []
    for group, lines in rows.items():
        for key, line in lines.items():
            if line["state"] not in {"done", "partly", "not yet"}:
                wrong.append(f"{group}.{key}: state {line['state']}")
            if line["state"] == "done" and not line["tests"]:
                wrong.append(f"{group}.{key}: done without a test")
            if line["state"] != "not yet" and not line["where"]:
                wrong.append(f"{group}.{key}: lives nowhere")
            wrong += [f"{group}.{key}: {one}" for one in line["tests"] if not is_there(one)]
    assert wrong == []


def is_there(node: str) -> bool:
    """Is `path` a test file, and `path::name` a test in it?"""
    path, _, name = node.partition("::")
    return (ROOT / path).is_file() and (not name or f"def {name}(" in text_of(ROOT / path))
