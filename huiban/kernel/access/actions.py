"""Writes of access: make an account, sign in, note a look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from huiban.kernel.base import clock
from huiban.kernel.base.errors import NotPermitted, Refusal, TooMany, Unseen
from huiban.kernel.people.actions import add_person, give_post
from huiban.kernel.people.sealed import lookup_hash
from huiban.kernel.territory.models import Post
from huiban.kernel.vocab.actions import note_change

from .actor import Actor
from .models import Account, Look, Role, SignInFailure

SHORTEST_PASSWORD = 10
FREE_FAILURES = 3
LONGEST_WAIT = timedelta(minutes=30)


def add_account(
    login_name: str, password: str, name: str, post: Post | None, *, valid_from: date | None = None
) -> Account:
    """Make an account for a person, holding a post from a day (today) on.

    Raises Refusal for a name that is taken or a password shorter than ten characters.
    """
    _check_password(password)
    with transaction.atomic():
        if Account.objects.filter(login_name=login_name).exists():
            raise Refusal(f"账号“{login_name}”已经有了。请换一个。", "login_name")
        person = add_person(name, login_name if login_name.isdigit() else "")
        if post is not None:
            give_post(person, post, valid_from or clock.local(clock.now()).date())
        return Account.objects.create(
            login_name=login_name, person=person, password=make_password(password)
        )


def grant_to_role(code: str, name: str, permits: Sequence[str]) -> bool:
    """Let a role permit these too, making it where it isn't there; whether anything changed.

    Without a name the role must be there already, else nothing is done.
    """
    with transaction.atomic():
        role = Role.objects.select_for_update().filter(code=code).first()
        if role is None:
            if not name:
                return False
            role = Role(code=code, name=name, permits=[])
        before = (role.name, list(role.permits))
        role.name = name or role.name
        role.permits = [*role.permits, *(one for one in permits if one not in role.permits)]
        if (role.name, role.permits) == before:
            return False
        role.save()
        note_change()
    return True


def change_password(login_name: str, password: str) -> None:
    """Give an account a new password; whoever is signed in with the old one is signed out.

    Raises Unseen for an unknown account, Refusal for a password that is too short.
    """
    _check_password(password)
    changed = Account.objects.filter(login_name=login_name).update(password=make_password(password))
    if not changed:
        raise Unseen(f"没有“{login_name}”这个账号。请核对登录用的手机号或账号。")


def _check_password(password: str) -> None:
    try:
        MinimumLengthValidator(SHORTEST_PASSWORD).validate(password)
    except ValidationError as problem:
        raise Refusal(
            f"密码至少{SHORTEST_PASSWORD}个字符。请换一个长一些的。", "password"
        ) from problem


def sign_in(login_name: str, password: str, address: str) -> Account:
    """The account, if name and password are right.

    After three failures in a row, by name or by address, each further one doubles the wait, up to
    half an hour. Raises TooMany while a wait lasts, Refusal when they are wrong; neither says
    whether the account exists.
    """
    # Not every database takes every character that a form can hold.
    login_name = "".join(filter(str.isprintable, login_name))
    keys = [lookup_hash(f"name:{login_name}"), lookup_hash(f"address:{address}")]
    _refuse_while_waiting(keys)
    account = Account.objects.filter(login_name=login_name, is_active=True).first()
    if check_password(password, account.password if account else _nobody()) and account:
        SignInFailure.objects.filter(key=keys[0]).delete()
        return account
    for key in keys:
        _note_failure(key)
    raise Refusal("手机号（账号）或密码不对。请核对后再试；忘记密码请找本单位管理员。", "password")


@cache
def _nobody() -> str:
    """Checked when there is no such account, so that the answer takes as long as for a real one.

    Made at the first need: it costs a fifth of a second, which no other command should wait for.
    """
    return make_password("nobody has this password")


def _refuse_while_waiting(keys: list[str]) -> None:
    now = clock.now()
    waits = SignInFailure.objects.filter(key__in=keys, blocked_until__gt=now)
    latest = waits.order_by("-blocked_until").first()
    if latest is not None:
        seconds = int((latest.blocked_until - now).total_seconds()) + 1
        raise TooMany(f"连续输错次数多了，请等{seconds}秒再试。忘记密码请找本单位管理员。", seconds)


def _note_failure(key: str) -> None:
    now = clock.now()
    with transaction.atomic():
        row, _ = SignInFailure.objects.select_for_update().get_or_create(
            key=key, defaults={"blocked_until": now}
        )
        over = row.failures + 1 - FREE_FAILURES
        wait = min(timedelta(seconds=2 ** min(over, 12)), LONGEST_WAIT) if over > 0 else timedelta()
        SignInFailure.objects.filter(key=key).update(
            failures=F("failures") + 1, blocked_until=now + wait
        )


def note_look(actor: Actor, what: str, subject_type: str, subject_id: UUID) -> None:
    """Record that an account read something sensitive, before it is shown."""
    if actor.account_id is None:
        raise NotPermitted("只有登录的工作人员可以查看。请先登录。")
    Look.objects.create(
        at=clock.now(),
        account_id=actor.account_id,
        what=what,
        subject_type=subject_type,
        subject_id=subject_id,
    )
