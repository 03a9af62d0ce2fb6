"""A first account: the post it holds is made where it isn't there yet."""

from __future__ import annotations

from django.db import transaction

from huiban.kernel.access.actions import add_account
from huiban.kernel.access.models import Account, Role
from huiban.kernel.base.errors import Refusal
from huiban.kernel.territory.models import Post, Unit
from huiban.kernel.territory.queries import districts, unit_by_code


def unit_named(code: str) -> Unit:
    """The unit of that code; without one, the only district. Raises Refusal."""
    if code:
        unit = unit_by_code(code)
        if unit is None:
            raise Refusal(f"没有代码是 {code} 的单位。huiban territory list 列出所有单位。", "unit")
        return unit
    found = districts()
    if not found:
        raise Refusal("还没有区划单位。请先运行 huiban territory import 文件。", "unit")
    if len(found) > 1:
        raise Refusal("这里有几个区，请用 --unit 说明是哪个单位。", "unit")
    return found[0]


def role_named(code: str) -> Role:
    """The role of that code. Raises Refusal with those there are."""
    role = Role.objects.filter(code=code).first()
    if role is not None:
        return role
    known = "、".join(Role.objects.order_by("code").values_list("code", flat=True))
    if not known:
        raise Refusal("还没有角色。请先运行 huiban reference load。", "role")
    raise Refusal(f"没有“{code}”这个角色。现有：{known}。", "role")


def create_account(
    login_name: str, password: str, name: str, unit: Unit, post_name: str, role: Role
) -> Account:
    """Make the account and, if need be, the post that it holds from today on.

    Raises Refusal for a post that carries another role, a taken name, a short password.
    """
    with transaction.atomic():
        post, _ = Post.objects.get_or_create(
            unit=unit, name=post_name, defaults={"role": role.code}
        )
        if post.role != role.code:
            raise Refusal(
                f"{unit.name}的“{post_name}”岗位是另一种角色（{post.role}）。请换一个岗位名称。",
                "post",
            )
        return add_account(login_name, password, name, post)
