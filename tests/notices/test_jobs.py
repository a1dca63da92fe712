"""The queue of jobs: its schema, its tasks, its back-off."""

from datetime import timedelta

from procrastinate.jobs import Job
from procrastinate.schema import SchemaManager

from servicedesk import jobs, resources
from servicedesk.jobs import BackOff

FROZEN = resources.MIGRATIONS / "versions" / "0004_procrastinate_3_10.sql"


def test_the_frozen_schema_is_the_one_this_procrastinate_expects() -> None:
    """When this fails, write a revision with what the new version's migrations change."""
    assert _statements(FROZEN.read_text(encoding="utf-8")) == _statements(
        SchemaManager.get_schema()
    )


def _statements(sql: str) -> list[str]:
    return [line for line in sql.splitlines() if line.strip() and not line.startswith("--")]


def test_every_task_is_known_to_the_one_app(app: object) -> None:
    assert app is not None
    assert {
        "notices.deliver",
        "accounts.sweep",
        "jobs.take_up_stalled",
        "jobs.forget_old",
    } <= jobs.app.tasks.keys()


def test_waits_follow_one_another_and_then_end() -> None:
    back_off = BackOff(timedelta(seconds=5), timedelta(hours=1))

    def decision(attempts: int) -> bool:
        job = Job(queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts)
        return back_off.get_retry_decision(exception=ValueError(), job=job) is not None

    assert [decision(attempts) for attempts in range(3)] == [True, True, False]
