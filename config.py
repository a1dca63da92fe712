"""Settings of each environment.

Secrets come from the environment and never from this file.  Names carry their
unit.  ``load`` is the only way in, so importing this module can never fail.
"""

import os
from datetime import timedelta
from pathlib import Path

SHORTEST_SECRET = 32  # characters


class SettingMissing(RuntimeError):
    """The environment does not say something we cannot do without; the text says what."""


class Config:
    """What every environment shares; safe as it stands for production."""

    SECRET_KEY: str
    SECRET_KEY_FALLBACKS: list[str] = []
    FIELD_KEYS: list[str]  # Fernet keys, the newest first
    SQLALCHEMY_ENGINES: dict[str, str | dict[str, object]]
    BASE_URL: str  # what links in mails and QR codes begin with, without a final slash
    DATA_DIR: Path
    SMTP_URL: str | None = None  # None: mails are written to DATA_DIR/mail
    CLAMD: str | None = None  # host:port or socket path; None: no virus scan is set up
    FONT_DIR: str | None = None
    TRUSTED_PROXIES = 0  # how many proxies in front of us add X-Forwarded-* headers

    SESSION_COOKIE_NAME = "__Host-session"
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    PERMANENT_SESSION_LIFETIME = timedelta(hours=8)
    WTF_CSRF_TIME_LIMIT = None  # a form left open over lunch still works; the session bounds it
    MAX_CONTENT_LENGTH = 64 * 1024 * 1024  # bytes, a whole request
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024  # bytes, the text parts of a form
    MAX_FORM_PARTS = 2_000

    BABEL_DEFAULT_LOCALE = "en"
    SHOWS_COMPONENT_GALLERY = False  # /help/components
    LOGS_FOR_PEOPLE = False  # plain lines instead of JSON

    DRAFT_KEPT_DAYS = 60  # calendar days without a change


class Production(Config):
    """Reads its secrets when created; a missing one stops the start, by name.

    Raises:
        SettingMissing: one is not set, or too short.
    """

    def __init__(self) -> None:
        self.SECRET_KEY = _secret("SERVICEDESK_SECRET_KEY")
        self.SECRET_KEY_FALLBACKS = _words("SERVICEDESK_SECRET_KEY_FALLBACKS")
        self.FIELD_KEYS = _words("SERVICEDESK_FIELD_KEYS")
        if not self.FIELD_KEYS:
            raise SettingMissing(
                "Set SERVICEDESK_FIELD_KEYS: one or more Fernet keys, newest first."
            )
        self.BASE_URL = _required("SERVICEDESK_BASE_URL").rstrip("/")
        self.DATA_DIR = Path(os.environ.get("SERVICEDESK_DATA_DIR", "data")).absolute()
        self.SQLALCHEMY_ENGINES = engines(os.environ.get("SERVICEDESK_DATABASE_URL"))
        self.SMTP_URL = os.environ.get("SERVICEDESK_SMTP_URL")
        self.CLAMD = os.environ.get("SERVICEDESK_CLAMD")
        self.FONT_DIR = os.environ.get("SERVICEDESK_FONT_DIR")
        self.TRUSTED_PROXIES = int(os.environ.get("SERVICEDESK_TRUSTED_PROXIES", "0"))


class Development(Config):
    """Runs from a fresh checkout with nothing set; what the demo uses."""

    SECRET_KEY = "for development only, never for production"  # noqa: S105
    FIELD_KEYS = ["ZGV2ZWxvcG1lbnQgb25seSwgbm90IGEgc2VjcmV0ISE="]
    SESSION_COOKIE_NAME = "session"
    SESSION_COOKIE_SECURE = False
    SHOWS_COMPONENT_GALLERY = True
    LOGS_FOR_PEOPLE = True

    def __init__(self) -> None:
        self.SECRET_KEY = os.environ.get("SERVICEDESK_SECRET_KEY", self.SECRET_KEY)
        self.FIELD_KEYS = _words("SERVICEDESK_FIELD_KEYS") or self.FIELD_KEYS
        self.BASE_URL = os.environ.get("SERVICEDESK_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        self.DATA_DIR = Path(os.environ.get("SERVICEDESK_DATA_DIR", ".data")).absolute()
        self.SQLALCHEMY_ENGINES = engines(os.environ.get("SERVICEDESK_DATABASE_URL"))
        self.SMTP_URL = os.environ.get("SERVICEDESK_SMTP_URL")
        self.CLAMD = os.environ.get("SERVICEDESK_CLAMD")
        self.FONT_DIR = os.environ.get("SERVICEDESK_FONT_DIR")


class Testing(Development):
    """One database and one data directory a test; locks, checks and CSRF are as in production."""

    TESTING = True
    BASE_URL = "http://localhost"

    def __init__(self, database_url: str, data_dir: Path) -> None:
        self.SQLALCHEMY_ENGINES = engines(database_url)
        self.DATA_DIR = data_dir


def load(environment: str | None = None) -> Config:
    """Return the settings of ``environment``, by default ``$SERVICEDESK_ENV`` or production.

    Raises:
        SettingMissing: the environment is unknown, or one of its secrets is not set.
    """
    name = environment or os.environ.get("SERVICEDESK_ENV", "production")
    known: dict[str, type[Production | Development]] = {
        "production": Production,
        "development": Development,
    }
    if name not in known:
        raise SettingMissing(f"SERVICEDESK_ENV is {name!r}; it may be {' or '.join(known)}.")
    return known[name]()


def engines(url: str | None) -> dict[str, str | dict[str, object]]:
    """Return the engine for ``url``; empty when the embedded server is to be started."""
    if not url:
        return {}
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        url = f"postgresql+psycopg://{rest}"
    return {
        "default": {
            "url": url,
            "pool_pre_ping": True,
            "pool_size": 10,
            "max_overflow": 10,
            "pool_timeout": 5,  # seconds; then the visitor is told to come back
            "connect_args": {"connect_timeout": 3},  # seconds
        }
    }


def _required(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise SettingMissing(f"Set {name}; the service desk does not start without it.") from None


def _secret(name: str) -> str:
    secret = _required(name)
    if len(secret) < SHORTEST_SECRET:
        raise SettingMissing(f"{name} is too short: give it at least {SHORTEST_SECRET} characters.")
    return secret


def _words(name: str) -> list[str]:
    return os.environ.get(name, "").replace(",", " ").split()
