"""Flask extensions, created unbound; ``create_app`` binds them.  Imports no feature."""

from inspect import iscoroutinefunction

from flask.sansio.app import App
from flask_babel import Babel
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect


class Database(SQLAlchemy):
    """The session of each request.

    Flask would start a thread with an event loop at the end of every request, to close
    asynchronous sessions; we have none.
    """

    def init_app(self, app: App) -> None:
        """Attach to ``app``."""
        super().init_app(app)
        app.teardown_appcontext_funcs = [
            close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)
        ]


db = Database()
csrf = CSRFProtect()
babel = Babel()
