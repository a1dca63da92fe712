"""The worker: one process that does jobs until it is told to stop.

Imports no feature: the tasks are known because ``create_app`` has attached the features.
"""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import procrastinate
from flask import Flask
from procrastinate.worker import Worker

from servicedesk import jobs
from servicedesk.extensions import db

log = logging.getLogger(__name__)

_HEARTBEAT_EVERY: Final = timedelta(seconds=5)
_JOBS_MAY_FINISH: Final = timedelta(seconds=7)  # after SIGTERM
_LAST_MOMENT: Final = timedelta(seconds=9)  # then the process ends; others take up its jobs
_CONNECTS_WITHIN: Final = timedelta(seconds=3)
_BACK_AFTER: Final = timedelta(seconds=1)  # when the database went away


def run_worker(flask_app: Flask, *, concurrency: int = 4, wait: bool = True) -> None:
    """Do jobs until SIGTERM or SIGINT; with ``wait=False`` only those that are due now.

    Outlives the database: when the connection breaks, it begins anew every second.
    """
    connector = procrastinate.PsycopgConnector(
        conninfo=_conninfo(flask_app), min_size=1, max_size=concurrency + 2, timeout=5
    )
    options: dict[str, Any] = {
        "concurrency": concurrency,
        "wait": wait,
        "shutdown_graceful_timeout": _JOBS_MAY_FINISH.total_seconds(),
        "update_heartbeat_interval": _HEARTBEAT_EVERY.total_seconds(),
        "stalled_worker_timeout": jobs.STALLED_AFTER.total_seconds(),
        "install_signal_handlers": False,
        "task_middleware": [_in_app_context(flask_app)],
    }
    with jobs.app.replace_connector(connector) as app:
        asyncio.run(_work(app, options) if wait else _work_once(app, options))


def _conninfo(flask_app: Flask) -> str:
    with flask_app.app_context():
        url = db.engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def _in_app_context(flask_app: Flask) -> Callable[..., Any]:
    def push(
        call_next: Callable[[], Any],
        context: procrastinate.JobContext,  # noqa: ARG001
        worker: Worker,  # noqa: ARG001
    ) -> Any:  # noqa: ANN401 - whatever the task returns
        with flask_app.app_context():
            return call_next()

    return push


async def _work_once(app: procrastinate.App, options: dict[str, Any]) -> None:
    async with app.open_async():
        await app.run_worker_async(**options)


async def _work(app: procrastinate.App, options: dict[str, Any]) -> None:
    """Run workers one after the other until told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _begin_to_stop, stop)
    while not stop.is_set():
        working = asyncio.create_task(_serve(app, options))
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
        await _end(working, asked)
        if not stop.is_set():
            log.warning("worker stopped unasked; starting again")
            await _sleep_unless(stop)
    log.info("worker stopped")


async def _serve(app: procrastinate.App, options: dict[str, Any]) -> None:
    try:
        await asyncio.wait_for(_open(app), _CONNECTS_WITHIN.total_seconds())
        await jobs.put_back_stalled(app)
        log.info("worker started")
        await app.run_worker_async(**options)
    finally:
        await app.close_async()


async def _open(app: procrastinate.App) -> None:
    await app.open_async()


async def _end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel what still runs (a worker then finishes its jobs) and take note of what broke."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            log.warning("worker broke off", extra={"error": type(outcome).__name__})


async def _sleep_unless(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), _BACK_AFTER.total_seconds())
    except TimeoutError:
        return


def _begin_to_stop(stop: asyncio.Event) -> None:
    """Stop gently, but surely: a job that cannot be interrupted does not hold the process."""
    stop.set()
    last_moment = threading.Timer(_LAST_MOMENT.total_seconds(), os._exit, (1,))
    last_moment.daemon = True
    last_moment.start()
