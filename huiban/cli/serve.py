"""`huiban serve`: the web process, for production."""

from __future__ import annotations

import argparse
import gc
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from huiban.cli.operations.fitness import refuse_unfit
from huiban.cli.operations.static import gather_static
from huiban.cli.outcomes import DONE, WrongUse, say

# A stopping worker finishes what it has begun; the household that started us waits a second more.
SECONDS_TO_FINISH = 7
# A worker that doesn't even turn its own wheel for so long is replaced; requests may take longer.
SECONDS_WITHOUT_A_SIGN = 30
# Only against the slow growth of memory; each worker's own number is a little different.
REQUESTS_OF_A_WORKER = 50_000
OBJECTS_BEFORE_TIDYING = 10_000


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="监听的地址（127.0.0.1）")
    parser.add_argument("--port", type=int, default=8000, help="监听的端口（8000）")
    parser.add_argument("--workers", type=int, default=2, help="进程数（2）")
    parser.add_argument("--threads", type=int, default=4, help="每个进程的线程数（4）")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    for name, most in (("port", 65535), ("workers", 64), ("threads", 64)):
        if not 1 <= getattr(arguments, name) <= most:
            raise WrongUse(f"--{name} 要在 1 到 {most} 之间。")
    refuse_unfit()
    if gather_static():
        say("huiban: 页面所需的文件已更新")
    Server(options(arguments)).run()
    return DONE


def options(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the server is told."""
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    return {
        "bind": f"{host}:{arguments.port}",
        "workers": arguments.workers,
        "threads": arguments.threads,
        "worker_class": "gthread",
        # Loaded once before the workers are born, so that they share its memory.
        "preload_app": True,
        "timeout": SECONDS_WITHOUT_A_SIGN,
        "graceful_timeout": SECONDS_TO_FINISH,
        "keepalive": 5,
        "max_requests": REQUESTS_OF_A_WORKER,
        "max_requests_jitter": REQUESTS_OF_A_WORKER // 10,
        # Each request has its line from RequestMiddleware, with secrets cut out.
        "accesslog": None,
        "logger_class": QuietLogger,
        # It would be a door of its own in the home folder.
        "control_socket_disable": True,
        "proc_name": "huiban",
        "pre_fork": make_ready,
    }


def make_ready(_server: Any, _worker: Any) -> None:
    """What the workers inherit: no open connection, and loaded code that is never rubbish.

    Looking through all that was loaded again and again would cost each request a twentieth.
    """
    from django.db import connections

    from huiban.modules.voice.queries import dangers_told

    # The words of danger are made ready once, not by the first resident of each worker.
    dangers_told("没有")
    connections.close_all()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_TIDYING, 20, 20)


class QuietLogger(Logger):  # type: ignore[misc]
    """The server's own words, as our log lines; what strangers sent is not repeated."""

    def setup(self, cfg: Any) -> None:
        """Hand everything to the root logger, which writes JSON."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
        self.error_log.propagate = True

    def warning(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """A warning, without the address and the bytes of a request that couldn't be read."""
        if str(msg).startswith("Invalid request from"):
            self.error_log.info("a request could not be read and was refused")
            return
        super().warning(msg, *args, **kwargs)


class Server(BaseApplication):  # type: ignore[misc]
    """The web server with our application in it."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        super().__init__()

    def load_config(self) -> None:
        """Tell the server what it is told."""
        for name, value in self._told.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        """The application."""
        from huiban.config.wsgi import application

        return application
