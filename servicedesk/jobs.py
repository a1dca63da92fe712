"""Work that is done after the answer: the one Procrastinate ``App``, and how to give it a job.

A job is written on the session's own connection, so it is there exactly when the change
that asked for it is.  Features declare theirs in ``tasks.py`` with ``@task``; their
``init_app`` imports it.  Arguments are numbers and references only, for they are logged.
``servicedesk.working`` runs them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, ParamSpec, TypeVar

import procrastinate
import sqlalchemy as sa
from procrastinate.jobs import Job, JobDeferrer, Status
from procrastinate.manager import JobManager
from procrastinate.types import JSONValue
from sqlalchemy.orm import Session

P = ParamSpec("P")
R = TypeVar("R")

app = procrastinate.App(connector=procrastinate.PsycopgConnector())
_on_session = JobManager(procrastinate.SyncPsycopgConnector())  # never opened: it only borrows

STALLED_AFTER: Final = timedelta(seconds=30)  # without a heartbeat a worker is taken for dead
_KEPT_HOURS: Final = 7 * 24  # of jobs that are done


class BackOff(procrastinate.BaseRetryStrategy):
    """Try again after each of ``waits`` in turn, then give up."""

    def __init__(self, *waits: timedelta) -> None:
        self.waits = waits

    def get_retry_decision(
        self,
        *,
        exception: BaseException,  # noqa: ARG002 - whatever went wrong
        job: Job,
    ) -> procrastinate.RetryDecision | None:
        """Return when to try again; None when it was tried often enough."""
        if job.attempts >= len(self.waits):
            return None
        seconds = round(self.waits[job.attempts].total_seconds())
        return procrastinate.RetryDecision(retry_in={"seconds": seconds})


IN_A_WHILE: Final = BackOff(
    timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1)
)


def task(
    name: str, *, retry: procrastinate.BaseRetryStrategy = IN_A_WHILE
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function as the task ``name``; it runs in an app context and commits itself.

    It may run twice (a worker can die after the work and before saying so), so it looks
    first whether there is anything left to do.
    """

    def register(function: Callable[P, R]) -> Callable[P, R]:
        app.task(name=name, retry=retry)(function)
        return function

    return register


def periodic(name: str, *, cron: str) -> Callable[[Callable[[], R]], Callable[[], R]]:
    """Register a function without arguments to run whenever ``cron`` says (UTC), once for all.

    Only one worker takes each turn, and a turn that is still waiting is not put in twice.
    """

    def register(function: Callable[[], R]) -> Callable[[], R]:
        def turn(timestamp: int) -> R:  # noqa: ARG001 - Procrastinate says which turn it is
            return function()

        waiting = app.task(name=name, queueing_lock=name, lock=name)(turn)
        app.periodic(cron=cron)(waiting)
        return function

    return register


def defer(session: Session, name: str, *, at: datetime | None = None, **args: JSONValue) -> int:
    """Give the job to the workers when, and only if, ``session`` commits; return its number.

    Args:
        session: the one that makes the change which needs the job.
        name: of a registered task.
        at: not before this moment; at once if None.
        args: what the task is called with: numbers and references, no names, no secrets.

    Raises:
        KeyError: there is no such task.
    """
    job = app.tasks[name].configure(schedule_at=at).job
    borrowed = session.connection().connection.driver_connection
    return JobDeferrer(_on_session, job, connection=borrowed).defer(**args)


def given_up(session: Session, name: str) -> Sequence[Mapping[str, Any]]:
    """Return what the jobs of a task were called with that were tried often enough and failed."""
    failed = sa.text(
        "SELECT args FROM procrastinate_jobs WHERE task_name = :name AND status = 'failed'"
    )
    return session.scalars(failed, {"name": name}).all()


def last_heartbeat(session: Session) -> datetime | None:
    """Return when a worker last said that it is alive; None if there is none."""
    moment: datetime | None = session.scalar(
        sa.text("SELECT max(last_heartbeat) FROM procrastinate_workers")
    )
    return moment


def is_worker_alive(session: Session, *, now: datetime) -> bool:
    """Whether a worker has said so lately."""
    heard = last_heartbeat(session)
    return heard is not None and now - heard < STALLED_AFTER


@app.periodic(cron="* * * * *")
@app.task(
    name="jobs.take_up_stalled",
    queueing_lock="jobs.take_up_stalled",
    pass_context=True,
)
async def take_up_stalled(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Put back the jobs that a killed worker had in hand."""
    await put_back_stalled(context.app)


async def put_back_stalled(procrastinate_app: procrastinate.App) -> None:
    """Put back the jobs of workers that have not been heard of; also done when one starts.

    A stalled turn of a periodic task is dropped: the next turn comes anyway, and could
    not be put in beside it.
    """
    manager = procrastinate_app.job_manager
    for job in await manager.get_stalled_jobs(
        seconds_since_heartbeat=STALLED_AFTER.total_seconds()
    ):
        if job.queueing_lock is None:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, Status.FAILED, delete_job=True)


@app.periodic(cron="17 3 * * *")
@app.task(name="jobs.forget_old", queueing_lock="jobs.forget_old", pass_context=True)
async def forget_old(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Delete the jobs that were done a while ago; the failed ones stay, to be looked at."""
    await context.app.job_manager.delete_old_jobs(nb_hours=_KEPT_HOURS)
