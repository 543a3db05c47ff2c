"""docker-compose.yml is read by Debian's docker-compose; the image itself is not built here."""

import json
import shutil
import subprocess

import pytest
import yaml

from engagement import web_server
from tests.house.tree import ROOT

needs_compose = pytest.mark.skipif(
    shutil.which("docker-compose") is None, reason="docker-compose is not installed"
)


@needs_compose
def test_the_compose_file_is_read_with_the_example_environment():
    done = subprocess.run(
        ["docker-compose", "--env-file", ".env.example", "config"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert set(services) == {
        "migrate", "web", "worker", "beat", "postgres", "redis", "mailcatcher"
    }  # fmt: skip
    for name, service in services.items():
        assert name == "web" or "healthcheck" in service, f"{name} has no health check"
    assert "noeviction" in services["redis"]["command"]
    assert services["redis"]["command"][1:3] == ["--appendonly", "yes"]


@needs_compose
def test_the_compose_file_refuses_to_start_without_secrets():
    done = subprocess.run(
        ["docker-compose", "--env-file", "LICENSE", "config", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert done.returncode != 0


def test_the_image_runs_gunicorn_as_an_ordinary_user():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    command = json.loads(text[text.rindex("CMD [") + 4 :].replace("\\\n", ""))
    assert command[0] == "gunicorn"
    assert "python:engagement.web_server" in command
    assert (web_server.worker_class, web_server.control_socket_disable) == ("gthread", True)
    assert text.index("\nUSER afterglow") < text.rindex("CMD [")
