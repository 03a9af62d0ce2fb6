"""The commands as processes: they start only where all is ready, serve, and end cleanly."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.scratch import ROOT, Scratch, scratch_place

RECEIPT = "7K3M9QTX2HWPE"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Scratch]:
    with scratch_place(tmp_path / "data") as made:
        yield made


def start(place: Scratch, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "huiban.cli.main", *arguments],
        env=place.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@contextmanager
def serving(place: Scratch) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    server = start(place, "serve", "--port", str(port))
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and server.poll() is None:
            try:
                if ask(port, "/healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield server, port
    finally:
        server.kill()
        server.communicate()


@pytest.mark.faults
def test_the_server_serves_logs_and_ends_cleanly(place: Scratch) -> None:
    assert place.run("-m", "huiban.cli.main", "migrate").returncode == 0
    with serving(place) as (server, port):
        assert json.loads(ask(port, "/readyz")[1])["ready"] is True
        status, page = ask(port, "/")
        assert (status, "/static/css/huiban." in page) == (200, True), page
        sheet = page.partition('href="/static/css/')[2].partition('"')[0]
        assert ask(port, f"/static/css/{sheet}")[0] == 200
        assert ask(port, f"/t/{RECEIPT}/")[0] == 404
        idle = socket.create_connection(("127.0.0.1", port))
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        server.send_signal(signal.SIGTERM)
        out, err = server.communicate(timeout=8)
        idle.close()
    assert (server.returncode, out) == (0, "")
    lines = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    answered = [line["path"] for line in lines if line["message"] == "answered"]
    assert {"/healthz", "/readyz", "/", "/t/…/"} <= set(answered)
    assert RECEIPT not in err
    assert "127.0.0.1:" in err, "it says where it listens"


@pytest.mark.faults
def test_nothing_starts_on_tables_that_aren_t_there(place: Scratch) -> None:
    for command in ("serve", "worker"):
        done = place.run("-m", "huiban.cli.main", command)
        assert (done.returncode, done.stdout) == (1, "")
        assert "huiban migrate" in done.stderr
    done = place.run("-m", "huiban.cli.main", "verify")
    assert done.returncode == 1
    assert "huiban migrate" in done.stderr


@pytest.mark.parametrize("option", ["--port=0", "--port=70000", "--workers=0", "--threads=1000"])
def test_what_can_t_be_served_is_wrong_use(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    from huiban.cli.main import main

    assert main(["serve", option]) == 2
    assert option.partition("=")[0] in capsys.readouterr().err


@pytest.mark.concurrency
def test_of_several_migrations_one_works_and_the_others_wait(place: Scratch) -> None:
    migrating = [start(place, "migrate") for _ in range(3)]
    said = [process.communicate(timeout=120) for process in migrating]
    assert [process.returncode for process in migrating] == [0, 0, 0], said
    steps = sorted(out.partition("更新了 ")[2].partition(" 步")[0] for out, _ in said)
    assert steps[:2] == ["0", "0"]
    assert int(steps[2]) > 20


def test_static_files_are_gathered_once_and_again_when_they_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    from django.test import override_settings

    from huiban.cli.operations.static import gather_static

    source, target = tmp_path / "source", tmp_path / "gathered"
    (source / "fonts").mkdir(parents=True)
    (source / "fonts" / "large.ttf").write_bytes(b"x")
    (source / "a.css").write_text("a {}", encoding="utf-8")
    kept = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with override_settings(
        STATICFILES_DIRS=[source],
        STATIC_ROOT=str(target),
        STORAGES=kept,
        INSTALLED_APPS=["django.contrib.staticfiles"],
    ):
        assert gather_static() is True
        assert len(list(target.glob("a.*.css"))) == 1
        assert not (target / "fonts").exists()
        assert gather_static() is False
        (source / "a.css").write_text("a { color: teal }", encoding="utf-8")
        assert gather_static() is True
        assert len(list(target.glob("a.*.css"))) == 2, "an open page may still ask for the old one"
