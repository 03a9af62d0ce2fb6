"""A first account, and what keeps one from being made."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from huiban.cli.main import main
from huiban.kernel.access.models import Account
from huiban.kernel.access.permits import ADMINISTER
from huiban.kernel.access.queries import actor_of
from huiban.kernel.territory.models import Post
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("long enough by far\r\nand a second line\n", encoding="utf-8")
    return path


def create(*more: str | Path) -> int:
    told = {"--login": "13800000001", "--name": "李明"}
    given = [word for pair in told.items() for word in pair]
    return main(["account", "create", *given, *map(str, more)])


def test_the_first_administrator_needs_three_words(
    cast: Cast, password: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create("--password-file", password) == 0
    account = Account.objects.get(login_name="13800000001")
    assert account.check_password("long enough by far")
    actor = actor_of(account)
    assert actor.may(ADMINISTER, cast.units["district"].pk)
    assert capsys.readouterr().out.splitlines()[-1].startswith("已建立账号 13800000001")


def test_a_post_that_isn_t_there_is_made_with_its_role(cast: Cast, password: Path) -> None:
    more = ("--unit", cast.units["community"].code, "--post", "网格员", "--role", "community_desk")
    assert create("--password-file", password, *more) == 0
    post = Post.objects.get(unit=cast.units["community"], name="网格员")
    assert (post.role, post.is_front_desk) == ("community_desk", False)


def test_a_password_may_come_from_standard_input(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("typed in, long enough\n"))
    assert create("--password-file", "-") == 0
    assert Account.objects.get(login_name="13800000001").check_password("typed in, long enough")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--unit", "nowhere"), "nowhere"),
        (("--role", "queen"), "community_desk"),
        (("--login", "worker"), "已经有了"),
        (("--post", "区级前台"), "另一种角色"),
    ],
)
def test_what_can_t_be_is_refused_and_nothing_is_made(
    cast: Cast,
    password: Path,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, str],
    says: str,
) -> None:
    before = Account.objects.count(), Post.objects.count()
    assert create("--password-file", password, *more) == 1
    assert says in capsys.readouterr().err
    assert (Account.objects.count(), Post.objects.count()) == before


def test_a_short_password_is_refused(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("short\n", encoding="utf-8")
    assert create("--password-file", tmp_path / "short") == 1
    assert not Account.objects.filter(login_name="13800000001").exists()
    assert not Post.objects.filter(name="系统管理员", unit__level="street").exists()


@pytest.mark.parametrize("more", [(), ("--password-file", "/nowhere/at/all")])
def test_without_anybody_to_ask_it_is_wrong_use(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(""))
    assert create(*more) == 2


def test_before_there_are_units_it_says_what_comes_first(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create() == 1
    assert "territory import" in capsys.readouterr().err
