"""Accounts, what their roles permit, failed sign-ins, and the record of who looked at what."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from huiban.kernel.base.ids import new_id
from huiban.kernel.people.models import Person


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by the name they sign in with."""


class Account(AbstractBaseUser):
    """Someone who works on the desk. What they may do follows from the posts they hold."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login_name = models.CharField(max_length=60, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    large_print = models.BooleanField(default=False)

    USERNAME_FIELD = "login_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    def __str__(self) -> str:
        return self.login_name


class Role(models.Model):
    """A set of permits under a name; posts carry roles."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=60)
    permits = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class SignInFailure(models.Model):
    """Failed sign-ins in a row, by the keyed hash of a name or of an address."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.failures} until {self.blocked_until}"


class Look(models.Model):
    """Someone read something sensitive: who, what, when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"{self.account_id} looked at {self.what}"
