"""`huiban demo`: a fictional district with a year behind it, to try everything in."""

from __future__ import annotations

import argparse
import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from huiban.cli.operations.calendars import load_calendars
from huiban.cli.operations.starters import load_starters
from huiban.cli.outcomes import DONE, WrongUse, say, tell
from huiban.demonstration.furnish import Furnished, furnish
from huiban.demonstration.workshop import holds_units, workshop
from huiban.kernel.base.errors import Refusal

FILE = "demonstration.json"
LARGEST_SCALE = 500.0


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--scale", type=float, default=1.0, metavar="X", help="多少件事：1 是两千件（1）"
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="同一天用同一个数，布置出来的一样（1）"
    )
    parser.add_argument(
        "--again", action="store_true", help="清空这里原来的演示，重新布置；正式数据不受理"
    )


def run(arguments: argparse.Namespace) -> int:
    """Furnish, write down how to come in, and say so."""
    if not 0 < arguments.scale <= LARGEST_SCALE:
        raise WrongUse(f"--scale 要大于 0，不超过 {LARGEST_SCALE:g}。")
    began = time.monotonic()
    with _alone():
        _refuse_what_is_in_use(again=arguments.again)
        with workshop() as hands:
            load_starters()
            load_calendars()
            made = furnish(arguments.scale, arguments.seed, _signs, hands)
            told = made.told()
        _write(Path(settings.DATA) / FILE, told)
    _tell(made, time.monotonic() - began)
    return DONE


def _signs(said: str) -> None:
    say(f"huiban: {said}")


@contextmanager
def _alone() -> Iterator[None]:
    with (Path(settings.DATA) / "demo.lock").open("w") as gate:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal("另一个 huiban demo 正在这里布置。请等它完成。") from None
        yield


def _refuse_what_is_in_use(*, again: bool) -> None:
    """Raise Refusal where the database isn't a demonstration's to furnish."""
    is_demonstration = (Path(settings.DATA) / FILE).exists()
    if again and not is_demonstration:
        raise Refusal(
            f"{settings.DATA} 里没有 {FILE}，不是演示的数据文件夹，不能清空。"
            "要布置演示，请另选一个空文件夹，不加 --again。"
        )
    if not again and holds_units():
        wayout = (
            "要重新布置，请加 --again。"
            if is_demonstration
            else "请用 HUIBAN_DATA 另选一个空文件夹。"
        )
        raise Refusal(f"数据库里已经有单位，演示只布置在空的数据库里。{wayout}")


def _write(path: Path, told: dict[str, object]) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def _tell(made: Furnished, seconds: float) -> None:
    for sign_in in made.sign_ins:
        say(
            f"huiban: {sign_in.role}（{sign_in.post}）登录 {sign_in.login_name}"
            f" 密码 {sign_in.password}"
        )
    say(f"huiban: 内容指纹 {made.likeness[:16]}（同一天、同一个 --seed 和 --scale 都相同）")
    say(f"huiban: 居民扫码的网址以 {made.scan} 结尾")
    tell(
        f"演示已布置好：{made.first} 至 {made.last}，{made.cases} 件事，"
        f"其中 {made.open_cases} 件在办；用时 {seconds:.0f} 秒，每秒 {made.cases / seconds:.0f} 件"
    )
