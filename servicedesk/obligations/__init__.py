"""What enterprises owe and by when: their calendar, reminders, and the list of what is overdue."""

from flask import Flask

from servicedesk.notices import kinds
from servicedesk.obligations import integrity, licence_views, link_views, tasks, views
from servicedesk.obligations.operations.reminding import KIND
from servicedesk.words import say

# ``link_views`` and ``licence_views`` add routes to the blueprint of ``views``, ``tasks`` its jobs
# to the worker, ``integrity`` its check to ``servicedesk check``.
__all__ = ["init_app", "integrity", "licence_views", "link_views", "tasks"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``; pages of other features show its panels by these names."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals["due_at"] = views.due_at
    app.jinja_env.globals["due_at_all"] = views.due_at_all
    kinds.KINDS[KIND] = say("Reminder of what is due")
