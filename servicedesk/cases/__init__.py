"""Applications, from draft to decision."""

from flask import Flask

from servicedesk.cases import form_views, integrity, tasks, views

# ``form_views`` adds its routes to the blueprint of ``views``; ``tasks`` its jobs to the
# worker, ``integrity`` its checks to ``servicedesk check``.
__all__ = ["form_views", "init_app", "integrity", "tasks"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)
