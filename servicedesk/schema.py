"""The tables of the database: brought to the newest migration, compared, taken back.

Alembic without a configuration file: what it must know, it is told here.
"""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from servicedesk import resources
from servicedesk.accounts import models as _accounts
from servicedesk.api import models as _api
from servicedesk.calendar import models as _calendar
from servicedesk.cases import models as _cases
from servicedesk.catalogue import models as _catalogue
from servicedesk.confirmations import models as _confirmations
from servicedesk.database import Base
from servicedesk.enterprises import import_models as _imports
from servicedesk.enterprises import key_models as _keys
from servicedesk.enterprises import member_models as _members
from servicedesk.enterprises import models as _enterprises
from servicedesk.enterprises import name_models as _names
from servicedesk.enterprises import search_models as _search
from servicedesk.files import models as _files
from servicedesk.hall import steering_models as _steering
from servicedesk.heads import models as _heads
from servicedesk.indicators import models as _indicators
from servicedesk.notices import models as _notices
from servicedesk.web import models as _web

# Importing a module of models puts its tables into ``Base.metadata``.
_MODELS = (
    _accounts,
    _api,
    _calendar,
    _cases,
    _catalogue,
    _confirmations,
    _enterprises,
    _files,
    _heads,
    _imports,
    _keys,
    _indicators,
    _members,
    _names,
    _notices,
    _search,
    _steering,
    _web,
)
metadata = Base.metadata

_ONE_AT_A_TIME = 7_350_112  # any number; the key of an advisory lock


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the database to ``revision``.  Two that try at once do it one after the other."""
    with engine.begin() as connection:
        _wait_for_turn(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the database back to ``revision``; ``base`` is an empty database."""
    with engine.begin() as connection:
        _wait_for_turn(connection)
        command.downgrade(_config(connection), revision)


def revisions() -> list[str]:
    """Return all revisions, the oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def head() -> str:
    """Return the newest revision that this code knows.

    Raises:
        alembic.util.CommandError: there are two; somebody merged without looking.
    """
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None  # noqa: S101 - we ship migrations
    return newest


def current(connection: sa.Connection) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config


def _wait_for_turn(connection: sa.Connection) -> None:
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
