"""The one-stop service desk of a science park."""

from flask import Flask

from servicedesk import (
    accounts,
    administration,
    advisers,
    api,
    calendar,
    cases,
    catalogue,
    confirmations,
    desk,
    embedded,
    enterprises,
    files,
    hall,
    heads,
    health,
    home,
    indicators,
    live,
    logs,
    members,
    notices,
    obligations,
    resources,
    tracking,
    web,
)
from servicedesk.database import keyring
from servicedesk.extensions import csrf, db
from servicedesk.web import gate


def create_app(config: object | None = None) -> Flask:
    """Build an application from ``config``, by default the environment's own.

    Raises:
        config.SettingMissing: the environment lacks something we cannot do without.
    """
    app = Flask(
        __name__,
        template_folder=str(resources.TEMPLATES),
        static_folder=str(resources.STATIC),
    )
    app.config.from_object(config or resources.load_config())

    logs.init_app(app)
    keyring.load(app.config["FIELD_KEYS"])
    embedded.init_app(app)  # fills SQLALCHEMY_ENGINES when no database is named
    db.init_app(app)
    gate.init_app(app)  # before all else: who is turned away is not read any further
    csrf.init_app(app)
    live.init_app(app)
    for part in (web, accounts, calendar, notices, files, catalogue, enterprises, indicators):
        part.init_app(app)
    for part in (cases, confirmations, members, obligations, hall, heads, tracking, advisers, desk):
        part.init_app(app)
    for part in (administration, api, home, health):
        part.init_app(app)
    return app
