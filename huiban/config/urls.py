"""Routes: the house's health, then each face with its own.

Receipts and tags stand in addresses, so no page sends a referrer to another site, and log lines
cut them out (`huiban.web.kit.traces`).
"""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from huiban.web.kit import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("desk/", include("huiban.web.desk.urls")),
    path("screen/", include("huiban.web.screen.urls")),
]

if settings.DEMONSTRATION:
    urlpatterns.append(path("lobby/", include("huiban.web.lobby.urls")))

urlpatterns.append(path("", include("huiban.web.resident.urls")))

handler400 = "huiban.web.kit.refusals.not_understood"
handler403 = "huiban.web.kit.refusals.not_permitted"
handler404 = "huiban.web.kit.refusals.not_found"
handler500 = "huiban.web.kit.refusals.failed"
