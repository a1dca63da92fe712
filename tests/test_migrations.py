"""Migrations: up, the same as the models, down to nothing, up again (R16)."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from servicedesk import schema
from tests import databases, rows
from tests.ground import running

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"


@pytest.fixture
def engine(server_url: str) -> Iterator[sa.Engine]:
    """Yield an engine on an empty database."""
    with databases.empty(server_url) as url:
        engine = sa.create_engine(url)
        yield engine
        engine.dispose()


def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _to: object) -> bool:  # noqa: FBT001 - Alembic's own order
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def differences(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": is_ours,
                "compare_type": True,
                "target_metadata": schema.metadata,
            },
        )
        found: list[object] = compare_metadata(context, schema.metadata)
    return found


def things(engine: sa.Engine) -> set[str]:
    """Return everything that somebody made in the database."""
    query = sa.text(
        """
        SELECT 'relation ' || relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'alembic_version%'
        UNION SELECT 'function ' || proname FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
        UNION SELECT 'type ' || typname FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typname NOT LIKE '%alembic_version'
        """
    )
    with engine.connect() as connection:
        return set(connection.scalars(query))


def checks(engine: sa.Engine) -> dict[str, set[str | None]]:
    """Return the named CHECK constraints of every table, which Alembic does not compare."""
    inspector = sa.inspect(engine)
    return {
        table: {check["name"] for check in inspector.get_check_constraints(table)}
        for table in schema.metadata.tables
    }


def test_the_migrations_make_what_the_models_say(engine: sa.Engine) -> None:
    schema.upgrade(engine)

    assert differences(engine) == []


def test_the_migrations_make_the_checks_that_the_models_say(
    engine: sa.Engine, server_url: str
) -> None:
    schema.upgrade(engine)
    with databases.empty(server_url) as url:
        by_models = sa.create_engine(url)
        schema.metadata.create_all(by_models)
        expected = checks(by_models)
        by_models.dispose()

    assert checks(engine) == expected


def test_everything_can_be_taken_back_and_made_again(engine: sa.Engine) -> None:
    schema.upgrade(engine)
    whole = things(engine)

    schema.downgrade(engine, "base")
    assert things(engine) == set()

    schema.upgrade(engine)
    assert things(engine) == whole


def test_each_migration_can_be_taken_back_by_itself(engine: sa.Engine) -> None:
    for revision in schema.revisions():
        before = things(engine)
        schema.upgrade(engine, revision)
        schema.downgrade(engine, "-1")
        assert things(engine) == before, revision
        schema.upgrade(engine, revision)


def test_each_migration_runs_on_data_and_is_taken_back_without_losing_any(
    engine: sa.Engine,
) -> None:
    for revision in schema.revisions():
        before = rows.contents(engine)

        schema.upgrade(engine, revision)
        rows.fill(engine)
        schema.downgrade(engine, "-1")
        assert rows.without_more(rows.contents(engine), before) == before, revision

        schema.upgrade(engine, revision)
        rows.fill(engine)
    assert differences(engine) == []
    assert set(rows.contents(engine)) == set(schema.metadata.tables)
    counts = {name: len(found) for name, found in rows.contents(engine).items()}
    # A name is found by several keys, which its migration makes of it.
    assert {name for name, count in counts.items() if count != len(rows.ROWS)} == {
        "enterprise_name_keys"
    }


def test_there_is_one_line_of_migrations() -> None:
    assert schema.head() == schema.revisions()[-1]
    assert [path.stem for path in sorted(VERSIONS.glob("*.py"))] == schema.revisions()


def test_of_two_that_migrate_at_once_one_waits_for_the_other(engine: sa.Engine) -> None:
    both = [Thread(target=schema.upgrade, args=[engine], daemon=True) for _ in range(2)]
    with engine.begin() as first:
        first.execute(sa.select(sa.func.pg_advisory_xact_lock(schema._ONE_AT_A_TIME)))  # noqa: SLF001
        for one in both:
            one.start()
        assert running.until(lambda: waiting(first) == 2, 20)
        assert things(engine) == set()
    for one in both:
        one.join(60)

    with engine.connect() as connection:
        assert schema.current(connection) == schema.head()


def waiting(connection: sa.Connection) -> int:
    """Return how many wait for an advisory lock in this database."""
    query = sa.text(
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
        " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
    )
    return connection.scalar(query) or 0


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_a_migration_imports_nothing_of_ours(path: Path) -> None:
    assert "servicedesk" not in path.read_text(encoding="utf-8").partition("import sqlalchemy")[2]
