"""How the house is: `/healthz` for whoever restarts it, `/readyz` for whoever sends it visitors.

Both are open to anyone and tell numbers only.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from huiban.kernel.base import clock
from huiban.kernel.events.models import Delivery
from huiban.kernel.events.pump import claimable

log = logging.getLogger("huiban.health")

# The worker looks twice a second; what has waited this long says that none is running.
LAG_THAT_IS_LATE = timedelta(seconds=60)
LITTLE_SPACE = 500_000_000


@dataclass(frozen=True)
class PumpState:
    """How long the oldest delivery that could go has been waiting, and how many are shelved."""

    lag: timedelta
    shelf: int


def pump_state() -> PumpState:
    """How the deliveries stand; nothing waiting is a lag of zero."""
    now = clock.now()
    oldest = claimable(now).order_by("ready_at").values_list("ready_at", flat=True).first()
    shelf = Delivery.objects.filter(state=Delivery.State.SHELVED).count()
    return PumpState(max(now - oldest, timedelta()) if oldest else timedelta(), shelf)


_was_up_to_date = False


def unapplied_migrations() -> list[str]:
    """Migrations of this version that the database hasn't had yet, as app.name.

    Once there are none, this process doesn't look again: a database never goes back.
    """
    global _was_up_to_date
    if _was_up_to_date:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _was_up_to_date = not plan
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; it asks nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when visitors can be served, 503 when not; with the pump's lag and the shelf.

    A pump that lags doesn't make it unready: reports can be taken without it, and wait.
    """
    try:
        missing = unapplied_migrations()
        state = pump_state() if not missing else PumpState(timedelta(), 0)
    except DatabaseError:
        log.exception("the database can't be asked whether all is ready")
        return JsonResponse({"ready": False, "database": "away"}, status=503)
    told = {
        "ready": not missing,
        "database": "behind" if missing else "ok",
        "pump_lag_seconds": round(state.lag.total_seconds(), 1),
        "pump": "late" if state.lag > LAG_THAT_IS_LATE else "ok",
        "shelf": state.shelf,
        "disk": "low" if shutil.disk_usage(settings.DATA).free < LITTLE_SPACE else "ok",
    }
    return JsonResponse(told, status=503 if missing else 200)
