"""Whether settings, data folder and database are fit to start: each check says one thing."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

from huiban.cli.operations.guards import missing_guards
from huiban.config.keys import secrets_path
from huiban.kernel.access.models import Account, Role
from huiban.kernel.base import clock
from huiban.kernel.base.cipher import SealError
from huiban.kernel.base.errors import Refusal
from huiban.kernel.events.models import Event
from huiban.kernel.people.models import Person
from huiban.kernel.territory.queries import districts
from huiban.kernel.vocab.models import CalendarYear
from huiban.web.kit.health import LAG_THAT_IS_LATE, pump_state, unapplied_migrations

OLDEST_SQLITE = (3, 35, 0)
OLDEST_POSTGRESQL = 14
SYNCHRONOUS_FULL = 2
LITTLE_SPACE = 1_000_000_000
# No clock of a machine that runs this can be earlier.
WRITTEN_AFTER = datetime(2026, 1, 1, tzinfo=UTC)
CLOCK_TOLERANCE = timedelta(minutes=5)


class Weight(Enum):
    """How bad a finding is."""

    GOOD = "好"
    WARNING = "注意"
    FAULT = "不行"


@dataclass(frozen=True)
class Finding:
    """What a check found, in a sentence that says what to do."""

    weight: Weight
    sentence: str


def good(sentence: str) -> Finding:
    """Nothing to do."""
    return Finding(Weight.GOOD, sentence)


def warning(sentence: str) -> Finding:
    """It starts, but somebody should see to this."""
    return Finding(Weight.WARNING, sentence)


def fault(sentence: str) -> Finding:
    """It must not start like this."""
    return Finding(Weight.FAULT, sentence)


def all_findings() -> Iterator[Finding]:
    """What every check found. Those that ask the database stop where it can't be asked."""
    for check in WITHOUT_DATABASE:
        yield from check()
    for check in WITH_DATABASE:
        found = list(check())
        yield from found
        if check in NEEDED_BY_THE_REST and any(f.weight is Weight.FAULT for f in found):
            return


def refuse_unfit() -> None:
    """Raise Refusal with what keeps a process from starting; warnings are left to `check`."""
    for check in NEEDED_TO_START:
        for finding in check():
            if finding.weight is Weight.FAULT:
                raise Refusal(finding.sentence)


def public_address() -> Iterator[Finding]:
    """HUIBAN_URL, and https in a real installation."""
    url = settings.PUBLIC_URL
    parts = urlsplit(url)
    if settings.DEMONSTRATION:
        yield good("演示：网址不作要求")
    elif not url:
        yield fault("没有设置 HUIBAN_URL。请设为对外网址，例如 https://huiban.example.cn")
    elif parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        yield fault(f"HUIBAN_URL 写得不对：{url}。应当像 https://huiban.example.cn，后面不带路径")
    elif parts.scheme != "https":
        yield fault(f"HUIBAN_URL 不是 https：{url}。正式使用必须加密传输，请在前面配置证书")
    else:
        yield good(f"网址 {url}")
    if settings.SECURE and not settings.CLIENT_ADDRESS_HEADER:
        yield warning(
            "没有设置 HUIBAN_CLIENT_ADDRESS_HEADER：在代理后面，限流会把所有来访者当成一个人"
        )


def data_folder() -> Iterator[Finding]:
    """The data folder can be written, and the keys are readable by their owner only."""
    folder = Path(settings.DATA)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".check-"):
            pass
    except OSError as problem:
        yield fault(f"数据文件夹 {folder} 写不进去：{problem.strerror}。请检查权限和磁盘")
        return
    keys = secrets_path(folder)
    if stat.S_IMODE(keys.stat().st_mode) & 0o077:
        yield fault(f"密钥文件别人也能读。请运行 chmod 600 {keys}")
    elif keys.stat().st_uid != os.geteuid():
        yield warning(f"密钥文件 {keys} 属于另一个用户，请确认服务用的是同一个用户")
    else:
        yield good(f"数据文件夹 {folder}")
    free = shutil.disk_usage(folder).free
    if free < LITTLE_SPACE:
        yield warning(f"磁盘只剩 {free // 1_000_000} MB，请尽快清理")


def third_party_files() -> Iterator[Finding]:
    """Icons and fonts were installed."""
    vendor = settings.PACKAGE / "static" / "vendor"
    if (vendor / "manifest.json").is_file():
        yield good("图标和字体已安装")
    else:
        yield fault("缺少图标和字体。请运行 ./run --install")


def framework() -> Iterator[Finding]:
    """The framework's own checks of settings, tables and routes."""
    found = checks.run_checks()
    for message in found:
        if message.is_serious():
            yield fault(f"程序设置：{message.msg}")
    if not any(message.is_serious() for message in found):
        yield good("程序设置")


def database() -> Iterator[Finding]:
    """The database answers and is of a version that will do."""
    try:
        connection.ensure_connection()
        found = _version()
    except OperationalError as problem:
        yield fault(f"数据库连不上：{' '.join(str(problem).split())}。请检查 DATABASE_URL")
        return
    oldest = OLDEST_SQLITE if connection.vendor == "sqlite" else (OLDEST_POSTGRESQL,)
    said = f"{connection.display_name} {'.'.join(map(str, found))}"
    if found < oldest:
        yield fault(f"{said} 太旧，至少要 {'.'.join(map(str, oldest))}")
        return
    yield good(said)


def _version() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return tuple(int(part) for part in cursor.fetchone()[0].split("."))
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
        return number // 10_000, number % 10_000


def durability() -> Iterator[Finding]:
    """What SQLite has committed outlives a power failure; PostgreSQL's own settings say so there."""
    if connection.vendor != "sqlite" or _pragma("database_list", 2) == "":
        return
    if (journal := _pragma("journal_mode")) != "wal":
        yield fault(f"SQLite 的日志方式是 {journal}，不是 wal。数据文件夹不能放在网络磁盘上")
    elif _pragma("synchronous") < SYNCHRONOUS_FULL and not settings.DEMONSTRATION:
        yield fault("断电会丢最后几笔：请去掉环境变量 HUIBAN_SQLITE_SYNCHRONOUS")
    else:
        yield good("提交即落盘")


def _pragma(name: str, column: int = 0) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[column]


def schema() -> Iterator[Finding]:
    """The tables are those of this version, with the triggers that keep them."""
    if missing := unapplied_migrations():
        yield fault(f"数据库还有 {len(missing)} 步没有更新。请先备份，再运行 huiban migrate")
        return
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations) | set(loader.replacements)
    if unknown := sorted(f"{app}.{name}" for app, name in set(loader.applied_migrations) - known):
        yield fault(f"数据库比程序新（{unknown[0]}）。请更新程序")
    elif lost := missing_guards():
        yield fault(f"数据库缺少保护触发器：{'、'.join(lost)}。请从备份恢复或联系开发者")
    else:
        yield good("数据库的表是最新的")


def sealed_fields() -> Iterator[Finding]:
    """What is sealed in the database opens with the keys that are here."""
    try:
        Person.objects.first()
    except SealError:
        yield fault("这里的密钥打不开数据库里加密的内容。请用 huiban restore --keys 放回原来的密钥")
    else:
        yield good("密钥和数据库相符")


def work_calendar() -> Iterator[Finding]:
    """This year's and next year's holidays are known."""
    this_year = clock.local(clock.now()).year
    known = set(CalendarYear.objects.values_list("year", flat=True))
    missing = [year for year in (this_year, this_year + 1) if year not in known]
    if not missing:
        yield good("今年和明年的节假日都已装入")
        return
    years = "、".join(f"{year}年" for year in missing)
    yield warning(
        f"{years}的节假日没有装入，期限暂按周末推算。国务院公布后请运行 huiban reference load"
        " --calendar 文件"
    )


def machine_clock() -> Iterator[Finding]:
    """The clock is neither before our time nor before what was already written."""
    now = clock.now()
    last = Event.objects.order_by("-position").values_list("at", flat=True).first()
    if now < WRITTEN_AFTER or (last is not None and now < last - CLOCK_TOLERANCE):
        yield fault(f"系统时间不对：{clock.local(now):%Y-%m-%d %H:%M}。请校准时间（例如用 NTP）")
        return
    if connection.vendor == "postgresql" and not settings.DEMONSTRATION:
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            apart = abs(cursor.fetchone()[0] - now)
        if apart > CLOCK_TOLERANCE:
            yield warning(f"本机和数据库服务器的时间差 {int(apart.total_seconds())} 秒，请校准")
            return
    yield good(f"系统时间 {clock.local(now):%Y-%m-%d %H:%M}")


def furnishing() -> Iterator[Finding]:
    """Roles, units and an account are there."""
    missing = []
    if not Role.objects.exists():
        missing.append("角色和词表（huiban reference load）")
    if not districts():
        missing.append("区划单位（huiban territory import）")
    if not Account.objects.filter(is_active=True).exists():
        missing.append("账号（huiban account create）")
    if missing:
        yield warning("还没有" + "、".join(missing))
    else:
        yield good("角色、区划、账号都有了")


def pump() -> Iterator[Finding]:
    """Deliveries don't wait, and none lies on the shelf."""
    state = pump_state()
    if state.lag > LAG_THAT_IS_LATE:
        yield warning(
            f"有投递等了 {int(state.lag.total_seconds())} 秒：后台 huiban worker 在运行吗？"
        )
    if state.shelf:
        yield warning(f"有 {state.shelf} 件投递多次失败，搁在架上，请管理员在 /desk/shelf/ 查看")


Check = Callable[[], Iterator[Finding]]
WITHOUT_DATABASE: tuple[Check, ...] = (
    public_address,
    data_folder,
    third_party_files,
    framework,
)
WITH_DATABASE: tuple[Check, ...] = (
    database,
    durability,
    schema,
    sealed_fields,
    work_calendar,
    machine_clock,
    furnishing,
    pump,
)
NEEDED_BY_THE_REST: tuple[Check, ...] = (database, schema)
NEEDED_TO_START: tuple[Check, ...] = (database, schema, sealed_fields)
