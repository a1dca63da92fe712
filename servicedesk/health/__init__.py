"""What machines ask: is the process up, can it work, how much does it do."""

from flask import Flask

from servicedesk.health import metrics, views


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)
    metrics.init_app(app)
