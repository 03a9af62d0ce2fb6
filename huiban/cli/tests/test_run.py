"""`./run`: what it decides before anything starts, and what it tells afterwards."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from huiban.cli import run
from huiban.kernel.base.errors import Refusal


def options(data: Path, *, empty: bool = False) -> run.Options:
    return run.Options(host="127.0.0.1", port=8000, data=data, empty=empty)


def test_the_data_folder_is_the_named_one_or_the_repository_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HUIBAN_DATA")
    assert run.parse([]).data == run.ROOT / "data"
    assert run.parse(["--data", "here"]).data == tmp_path / "here"
    monkeypatch.setenv("HUIBAN_DATA", "there")
    assert run.parse([]).data == tmp_path / "there"
    assert run.parse(["--data", "here"]).data == tmp_path / "here"


def test_a_taken_port_is_refused_with_one_that_is_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=rf"{port} 已被别的程序占用.*--port \d+"):
            run.refuse_taken_port("127.0.0.1", port)
    run.refuse_taken_port("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("no.such.host.invalid", 8000)])
def test_an_impossible_address_is_refused(host: str, port: int) -> None:
    with pytest.raises(Refusal, match="不能在"):
        run.refuse_taken_port(host, port)


def test_a_new_folder_becomes_a_demonstration_unless_asked_otherwise(tmp_path: Path) -> None:
    assert run.kind_of(tmp_path, empty=False) == "new"
    assert run.kind_of(tmp_path, empty=True) == "real"


@pytest.mark.parametrize("kind", ["demonstration", "furnishing"])
def test_a_demonstration_is_never_used_in_earnest(tmp_path: Path, kind: str) -> None:
    run.set_kind(tmp_path, kind)
    assert run.kind_of(tmp_path, empty=False) == kind
    with pytest.raises(Refusal, match="演示数据"):
        run.kind_of(tmp_path, empty=True)


def test_a_real_installation_is_never_furnished(tmp_path: Path) -> None:
    run.set_kind(tmp_path, "real")
    assert run.kind_of(tmp_path, empty=False) == "real"
    environment = run.environment_for(options(tmp_path), "real")
    assert environment["HUIBAN_DEMONSTRATION"] == "0"


def test_a_demonstration_made_by_hand_is_known_by_its_accounts(tmp_path: Path) -> None:
    (tmp_path / run.ACCOUNTS).write_text("{}", encoding="utf-8")
    assert run.kind_of(tmp_path, empty=False) == "demonstration"
    assert run.environment_for(options(tmp_path), "demonstration")["HUIBAN_DEMONSTRATION"] == "1"


def test_a_public_address_that_is_named_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUIBAN_URL", raising=False)
    assert run.environment_for(options(tmp_path), "real")["HUIBAN_URL"] == "http://127.0.0.1:8000"
    monkeypatch.setenv("HUIBAN_URL", "https://report.example.cn")
    environment = run.environment_for(options(tmp_path), "real")
    assert environment["HUIBAN_URL"] == "https://report.example.cn"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
    ],
)
def test_this_machine_is_told_an_address_that_answers(
    tmp_path: Path, host: str, local: str
) -> None:
    assert run.Options(host, 8000, tmp_path, empty=False).local == local


def test_the_welcome_names_every_sign_in_and_what_to_scan(tmp_path: Path) -> None:
    told = {
        "accounts": [
            {
                "role": "社区工作者",
                "login_name": "worker",
                "password": "in-the-open",
                "name": "王平",
            }
        ],
        "scan": "/r/ABCDEFGH",
    }
    (tmp_path / run.ACCOUNTS).write_text(json.dumps(told), encoding="utf-8")
    environment = {"HUIBAN_URL": "http://192.0.2.7:8000"}
    text = run.welcome(options(tmp_path), environment, "demonstration")
    for expected in (
        "http://127.0.0.1:8000/",
        "http://192.0.2.7:8000/r/ABCDEFGH",
        "worker",
        "in-the-open",
        "社区工作者",
    ):
        assert expected in text
    assert "█" in text


def test_the_welcome_to_a_real_installation_tells_no_sign_in(tmp_path: Path) -> None:
    (tmp_path / run.ACCOUNTS).write_text(
        '{"accounts": [{"login_name": "worker"}]}', encoding="utf-8"
    )
    text = run.welcome(options(tmp_path), {"HUIBAN_URL": "http://127.0.0.1:8000"}, "real")
    assert "worker" not in text
    assert "account create" in text


def test_a_broken_off_furnishing_is_cleared_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name in ("huiban.sqlite3", "huiban.sqlite3-wal", "files/a/photo.jpg", "keys/secrets.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    run._clear_broken_off(tmp_path)
    left = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()]
    assert left == ["keys/secrets.json"]


def test_a_server_database_is_never_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/huiban")
    (tmp_path / "files").mkdir()
    with pytest.raises(Refusal, match="清空 DATABASE_URL"):
        run._clear_broken_off(tmp_path)
    assert (tmp_path / "files").is_dir()
