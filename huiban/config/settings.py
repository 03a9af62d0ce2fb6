"""Settings: read from the environment, fit for a real installation unless it is a demonstration."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from huiban.config.database import database_from
from huiban.config.keys import load_secrets

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("HUIBAN_DATA") or "data").resolve()
# What residents told lies in it: whoever else works on the machine has no business there.
DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
SECRETS = load_secrets(DATA)

DEMONSTRATION = os.environ.get("HUIBAN_DEMONSTRATION") == "1"
PUBLIC_URL = os.environ.get("HUIBAN_URL", "").rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")

DEBUG = False
SECRET_KEY = SECRETS.session
_named = urlsplit(PUBLIC_URL).hostname
ALLOWED_HOSTS = (
    [_named, "localhost", "127.0.0.1", "[::1]"] if _named and not DEMONSTRATION else ["*"]
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

DATABASES = {"default": database_from(os.environ.get("DATABASE_URL", ""), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "huiban.kernel.vocab",
    "huiban.kernel.events",
    "huiban.kernel.territory",
    "huiban.kernel.places",
    "huiban.kernel.people",
    "huiban.kernel.access",
    "huiban.kernel.files",
    "huiban.kernel.duties",
    "huiban.kernel.moves",
    "huiban.kernel.notices",
    "huiban.modules.voice",
    "huiban.modules.supervision",
    "huiban.modules.analysis",
    "huiban.web",
]

AUTH_USER_MODEL = "access.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
# No referrer goes to another site, so no receipt does. "no-referrer" would make browsers send
# "Origin: null" with our own forms, which the check of form tokens must refuse.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

MIDDLEWARE = [
    "huiban.web.kit.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "huiban.web.kit.refusals.RefusalMiddleware",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "script-src": [SELF],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

CSRF_FAILURE_VIEW = "huiban.web.kit.refusals.form_expired"
ROOT_URLCONF = "huiban.config.urls"
WSGI_APPLICATION = "huiban.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "huiban.web.kit.context.house",
            ],
            "builtins": ["huiban.web.kit.tags"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
        },
    }
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 86_400

FILES_ROOT = DATA / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# More than nine are let go one by one, with a sentence; only a flood is refused as a whole.
DATA_UPLOAD_MAX_NUMBER_FILES = 100
FILE_UPLOAD_HANDLERS = ["huiban.kernel.files.uploads.BoundedUploadHandler"]

# Where a proxy in front of us says who the client is; empty: believe the connection itself.
CLIENT_ADDRESS_HEADER = os.environ.get("HUIBAN_CLIENT_ADDRESS_HEADER", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "huiban.config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.security": {"handlers": [], "level": "WARNING", "propagate": True},
        # Strangers who knock under other names are nothing to wake anyone for.
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
