"""What every test may ask for, whichever package it stands in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from huiban.kernel.base.clock import SHANGHAI, Traveller, travelling

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The cast that every test may call on. Tests that commit meet the triggers of append-only tables;
# emptying those tables doesn't. Pages are opened as people see them.
pytest_plugins = ["tests.cast", "tests.guards", "tests.pages"]

# The same examples every time, so that a red build is red again; `--hypothesis-profile=search`
# looks for new ones. How fast the machine is proves nothing.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("suite")

# An ordinary working Friday, in the middle of the morning.
MORNING = datetime(2026, 5, 8, 9, 30, tzinfo=SHANGHAI)
VENDOR = Path(__file__).resolve().parent / "huiban" / "static" / "vendor"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def pytest_configure() -> None:
    """Settings that hold for tests alone, before a database is made or a password hashed."""
    from django.conf import settings
    from django.contrib.auth.hashers import reset_hashers

    # Strength is the business of access's own tests, time is everyone's.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    reset_hashers(setting="PASSWORD_HASHERS")
    # Said outright, since a SQLite engine of our own isn't known to be able to live in memory.
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "huiban.config.sqlite":
        database.setdefault("TEST", {})["NAME"] = ":memory:"


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """A hand-set clock that starts on Friday 8 May 2026 at 09:30 in China."""
    with travelling(MORNING) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The system's Chromium, with our own Chinese fonts. Only for tests marked `browser`."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("HUIBAN_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.fail("Chromium is missing: ./test browser installs it or says how", pytrace=False)
    folder = tmp_path_factory.mktemp("fonts")
    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS.format(fonts=VENDOR / "fonts", cache=folder), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, at which Django takes fright.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's script, to be run in a page with `page.evaluate`."""
    return (VENDOR / "dev" / "axe.min.js").read_text(encoding="utf-8")
