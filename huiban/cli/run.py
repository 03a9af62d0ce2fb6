"""`./run`: prepares the data folder, starts the web process and the worker, says where to look."""

from __future__ import annotations

import argparse
import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

import segno

from huiban.cli.parts import Household, Part
from huiban.kernel.base.errors import Refusal

ROOT = Path(__file__).resolve().parent.parent.parent
DEMONSTRATION_SCALE = "0.1"
SECONDS_TO_COME_UP = 60
# Where the demonstration writes its sign-ins and the path of one tag.
ACCOUNTS = "demonstration.json"
# What the data folder is: "furnishing" (broken off if found), "demonstration" or "real".
KIND = "kind"
# Hosts that mean every address of the machine, and one of those.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
FIRST_STEPS = ("territory import", "account create", "tags print")


@dataclass(frozen=True)
class Options:
    """What `./run` was asked for."""

    host: str
    port: int
    data: Path
    empty: bool

    @property
    def near(self) -> str:
        """The address by which this machine itself reaches the server."""
        return EVERYWHERE.get(self.host, self.host)

    @property
    def local(self) -> str:
        """The same as a web address."""
        return f"http://{f'[{self.near}]' if ':' in self.near else self.near}:{self.port}"


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line; wrong use ends the program with 2, as argparse does."""
    parser = argparse.ArgumentParser(prog="./run")
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--empty", action="store_true")
    found = parser.parse_args(arguments)
    data = found.data or Path(os.environ.get("HUIBAN_DATA") or ROOT / "data")
    return Options(found.host, found.port, data.resolve(), found.empty)


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Refusal, with a port that is free, where this one can't be had."""
    problem = _problem_with_port(host, port)
    if problem == errno.EADDRINUSE:
        free = next((n for n in range(port + 1, port + 50) if not _problem_with_port(host, n)), 0)
        raise Refusal(f"端口 {port} 已被别的程序占用。请改用：./run --port {free or port + 1000}")
    if problem == errno.EACCES:
        raise Refusal(f"没有使用端口 {port} 的权限。请改用 1024 以上的端口：./run --port 8000")
    if problem:
        raise Refusal(f"不能在 {host}:{port} 上提供服务：{os.strerror(problem)}。请检查 --host。")


def _problem_with_port(host: str, port: int) -> int:
    """The error number of binding there, or 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            return errno.EINVAL
        except socket.gaierror:
            return errno.EADDRNOTAVAIL
        except OSError as problem:
            return problem.errno or errno.EINVAL
    return 0


def network_address() -> str:
    """This machine's address on its network, or nothing. No packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address = str(probe.getsockname()[0])
        except OSError:
            return ""
    return "" if address.startswith("127.") else address


def kind_of(data: Path, *, empty: bool) -> str:
    """What the folder is, or shall become, if it is new. Raises Refusal where that clashes."""
    marker = data / KIND
    found = marker.read_text(encoding="utf-8").strip() if marker.exists() else ""
    if not found and (data / ACCOUNTS).exists():
        found = "demonstration"
    if empty and found in ("demonstration", "furnishing"):
        raise Refusal(
            f"{data} 里是演示数据，不能用作正式使用。"
            "请另选一个空文件夹：./run --empty --data 文件夹"
        )
    return found or ("real" if empty else "new")


def set_kind(data: Path, kind: str) -> None:
    """Remember what the folder is."""
    draft = data / f"{KIND}.new"
    draft.write_text(kind + "\n", encoding="utf-8")
    draft.replace(data / KIND)


def environment_for(options: Options, kind: str) -> dict[str, str]:
    """The environment of every part."""
    address = network_address() if options.host in EVERYWHERE else ""
    public = f"http://{address}:{options.port}" if address else options.local
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "huiban.config.settings",
        "HUIBAN_DATA": str(options.data),
        "HUIBAN_DEMONSTRATION": "0" if kind == "real" else "1",
        "HUIBAN_URL": os.environ.get("HUIBAN_URL") or public,
        "PYTHONUNBUFFERED": "1",
    }


def huiban(*arguments: str) -> list[str]:
    """The command line of this installation, as a command."""
    return [sys.executable, "-m", "huiban.cli.main", *arguments]


def prepare(options: Options, kind: str, environment: Mapping[str, str]) -> None:
    """Bring the tables up to date; give a new real installation its vocabularies and calendars,
    furnish a new demonstration."""
    if kind == "furnishing":
        _clear_broken_off(options.data)
    _must_succeed(huiban("migrate"), environment, "数据库没有更新成功，原因见上。", quiet=True)
    if kind == "real" and not (options.data / KIND).exists():
        _must_succeed(
            huiban("reference", "load"), environment, "基础数据没有装入成功，原因见上。", quiet=True
        )
        set_kind(options.data, "real")
    if kind in ("new", "furnishing"):
        _furnish(options.data, environment)


def _furnish(data: Path, environment: Mapping[str, str]) -> None:
    """Fill the demonstration; the marker tells the next start if this one is broken off."""
    set_kind(data, "furnishing")
    print("run: 正在布置演示街区，只在第一次启动时进行，大约需要一两分钟……", file=sys.stderr)
    _must_succeed(
        huiban("demo", "--scale", DEMONSTRATION_SCALE),
        # Furnishing that loses power is done again from the start, so it needn't wait for the disk.
        {**environment, "HUIBAN_SQLITE_SYNCHRONOUS": "NORMAL"},
        "演示街区没有布置成功，原因见上。如果数据库里已有正式数据，请用 ./run --empty 启动。",
    )
    set_kind(data, "demonstration")


def _clear_broken_off(data: Path) -> None:
    """Take away what a broken-off furnishing left. Nobody has ever used it."""
    if os.environ.get("DATABASE_URL"):
        raise Refusal(
            "上次布置演示街区时中断了。请清空 DATABASE_URL 所指的数据库，再删除文件夹 "
            f"{data}，然后重新启动。"
        )
    for path in data.glob("huiban.sqlite3*"):
        path.unlink()
    shutil.rmtree(data / "files", ignore_errors=True)


def _must_succeed(
    command: Sequence[str], environment: Mapping[str, str], sentence: str, *, quiet: bool = False
) -> None:
    """Run the command with its words on standard error; raise Refusal with that sentence.

    A quiet one is heard only where it fails.
    """
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else sys.stderr,
        stderr=subprocess.STDOUT if quiet else sys.stderr,
        check=False,
    )
    if done.returncode:
        sys.stderr.write((done.stdout or b"").decode("utf-8", errors="replace"))
        raise Refusal(sentence)


def wait_until_up(household: Household, options: Options) -> Part | None:
    """Wait until the web process answers; return a part that died instead."""
    deadline = time.monotonic() + SECONDS_TO_COME_UP
    while time.monotonic() < deadline and not household.asked_to_stop:
        if part := household.dead():
            return part
        connection = HTTPConnection(options.near, options.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.2)
        else:
            break
        finally:
            connection.close()
    return None


def welcome(options: Options, environment: Mapping[str, str], kind: str) -> str:
    """What to open, what to scan, and who may sign in."""
    public = environment["HUIBAN_URL"].rstrip("/")
    lines = ["", "慧办已启动 huiban is running", "", f"  本机 this machine   {options.local}/"]
    if public != options.local:
        lines.append(f"  网络 network        {public}/")
    lines.append(f"  数据 data           {options.data}")
    lines.append(f"  日志 logs           {options.data / 'logs'}")
    if kind != "real":
        lines += _demonstration_lines(options.data, public)
    else:
        lines += ["", "  正式使用的准备 first steps (--help says more):"]
        lines += [f"    .venv/bin/huiban {step}" for step in FIRST_STEPS]
    return "\n".join([*lines, "", "按 Ctrl-C 停止 Ctrl-C stops it"])


def _demonstration_lines(data: Path, public: str) -> list[str]:
    path = data / ACCOUNTS
    if not path.exists():
        return []
    told = json.loads(path.read_text(encoding="utf-8"))
    lines = ["", f"  选一个身份进入 pick a role at {public}/lobby/"]
    lines += ["", f"  或登录 or sign in at {public}/desk/"]
    lines += [
        f"    {account['login_name']:<16} {account['password']:<16} {account['role']}"
        for account in told.get("accounts", [])
    ]
    if scan := told.get("scan"):
        address = f"{public}{scan}"
        lines += ["", f"  居民扫码 scan as a resident  {address}", "", *_code(address)]
    return lines


def _code(address: str) -> list[str]:
    """A QR code of half-height blocks, black on white whatever the terminal's colours."""
    colours, plain = ("\x1b[97;40m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    rows = [[bool(dark) for dark in row] for row in segno.make(address, error="l").matrix_iter()]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    blocks = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    return [
        f"    {colours}{''.join(blocks[pair] for pair in zip(upper, lower, strict=True))}{plain}"
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def serve_and_work(options: Options, environment: Mapping[str, str], kind: str) -> int:
    """Run both parts until the end; return the exit code."""
    household = Household(options.data / "logs", environment)
    household.listen()
    household.start("serve", huiban("serve", "--host", options.host, "--port", str(options.port)))
    household.start("worker", huiban("worker"))
    try:
        died = wait_until_up(household, options)
        if died is None and not household.asked_to_stop:
            print(welcome(options, environment, kind), flush=True)
            died = household.wait()
    finally:
        household.stop()
    if died is None:
        print("run: 已停止", file=sys.stderr)
        return 0
    print(f"run: {died.name} {died.how_it_ended()}。它最后写的是：", file=sys.stderr)
    print(f"{died.last_lines(20)}\nrun: 全文见 {died.log}", file=sys.stderr)
    return 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """`./run` after the installation."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    # What residents wrote is for the user who runs this, and for no other user of the machine.
    os.umask(0o077)
    for number in (signal.SIGTERM, signal.SIGHUP):
        # So that what is being prepared is ended too.
        signal.signal(number, _interrupt)
    try:
        options.data.mkdir(parents=True, exist_ok=True)
        kind = kind_of(options.data, empty=options.empty)
        refuse_taken_port(options.host, options.port)
        environment = environment_for(options, kind)
        prepare(options, kind, environment)
    except Refusal as refusal:
        print(f"run: {refusal.message}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return serve_and_work(options, environment, kind)


if __name__ == "__main__":
    sys.exit(main())
