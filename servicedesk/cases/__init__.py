"""Applications, from draft to decision."""

from flask import Flask

from servicedesk.cases import form_views, integrity, tasks, views


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    assert form_views.bp is views.bp  # noqa: S101 - its routes are on the same blueprint
    assert integrity  # noqa: S101 - imported so that its checks are known
    assert tasks  # noqa: S101 - imported so that the worker knows its tasks
    app.register_blueprint(views.bp)
