"""Flask extensions, created unbound; ``create_app`` binds them.  Imports no feature."""

import logging

from flask import g
from flask.sansio.app import App
from flask_babel import Babel
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)


class Database(SQLAlchemy):
    """The session of each request.

    The library would start a thread with an event loop at the end of every request, to close
    asynchronous sessions; we have none.  And where the database has gone away it would raise
    after the answer is written: there is nothing left to close then.
    """

    def init_app(self, app: App) -> None:
        """Attach to ``app``."""
        before = list(app.teardown_appcontext_funcs)
        super().init_app(app)
        app.teardown_appcontext_funcs = [*before, _close_sessions]


def _close_sessions(_error: BaseException | None) -> None:
    for session in g.pop("_sqlalchemy_sessions", {}).values():
        try:
            session.close()
        except SQLAlchemyError as error:
            log.warning("session not closed", extra={"kind": type(error).__name__})
            session.invalidate()


db = Database()
csrf = CSRFProtect()
babel = Babel()
