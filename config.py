"""Settings of each environment.

Secrets come from the environment and never from this file.  Names carry their
unit.  ``load`` is the only way in, so importing this module can never fail.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from cryptography.fernet import Fernet
from flask.helpers import get_debug_flag

SHORTEST_SECRET = 32  # characters
_DRIVERS = frozenset({"postgres", "postgresql", "postgresql+psycopg"})


class SettingMissing(RuntimeError):
    """The environment does not say something we cannot do without; the text says what."""


class SettingMalformed(SettingMissing):
    """The environment says it in a way that we cannot use; the text says what would do."""


class Config:
    """What every environment shares; safe as it stands for production."""

    SECRET_KEY: str
    SECRET_KEY_FALLBACKS: list[str] = []
    FIELD_KEYS: list[str]  # Fernet keys, the newest first
    SQLALCHEMY_ENGINES: dict[str, str | dict[str, object]]
    BASE_URL: str  # what links in mails and QR codes begin with, without a final slash
    DATA_DIR: Path
    SMTP_URL: str | None = None  # None: mails are written to DATA_DIR/mail
    HEADS_TO: str | None = None  # who is mailed the day's head of all chains
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

    ANY_LOOPBACK_IS_US = False  # localhost and 127.0.0.1 with any port are our own origin

    BABEL_DEFAULT_LOCALE = "en"
    SHOWS_COMPONENT_GALLERY = False  # /help/components
    LOGS_FOR_PEOPLE = False  # plain lines instead of JSON

    DRAFT_KEPT_DAYS = 60  # calendar days without a change
    CONFIRMATION_LINK_DAYS = 14  # how long a personal link works; OWN
    MANDATE_LONGEST_DAYS = 365  # of an agent of an enterprise, counted from its first day; OWN
    RENEWAL_WARNING_DAYS = 5  # working days before silence renews a permit; OWN, usual practice


class Production(Config):
    """Reads its secrets when created; a missing one stops the start, by name.

    Raises:
        SettingMissing: one is not set, too short or malformed; or debugging is on.
    """

    def __init__(self) -> None:
        if get_debug_flag():
            raise SettingMalformed("Unset FLASK_DEBUG: it shows visitors what goes on inside.")
        self.SECRET_KEY = _secret("SERVICEDESK_SECRET_KEY")
        self.SECRET_KEY_FALLBACKS = _words("SERVICEDESK_SECRET_KEY_FALLBACKS")
        self.FIELD_KEYS = _field_keys()
        if not self.FIELD_KEYS:
            raise SettingMissing(
                "Set SERVICEDESK_FIELD_KEYS: one or more Fernet keys, newest first."
            )
        self.BASE_URL = _address(_required("SERVICEDESK_BASE_URL"))
        self.DATA_DIR = Path(os.environ.get("SERVICEDESK_DATA_DIR") or "data").absolute()
        self.SQLALCHEMY_ENGINES = engines(_database_url())
        self.SMTP_URL = os.environ.get("SERVICEDESK_SMTP_URL")
        self.HEADS_TO = os.environ.get("SERVICEDESK_HEADS_TO")
        self.CLAMD = os.environ.get("SERVICEDESK_CLAMD")
        self.FONT_DIR = os.environ.get("SERVICEDESK_FONT_DIR")
        self.TRUSTED_PROXIES = _count("SERVICEDESK_TRUSTED_PROXIES")


class Development(Config):
    """Runs from a fresh checkout with nothing set; what the demo uses."""

    SECRET_KEY = "for development only, never for production"  # noqa: S105
    FIELD_KEYS = ["ZGV2ZWxvcG1lbnQgb25seSwgbm90IGEgc2VjcmV0ISE="]
    SESSION_COOKIE_NAME = "session"
    SESSION_COOKIE_SECURE = False
    ANY_LOOPBACK_IS_US = True
    SHOWS_COMPONENT_GALLERY = True
    LOGS_FOR_PEOPLE = True

    def __init__(self) -> None:
        self.SECRET_KEY = os.environ.get("SERVICEDESK_SECRET_KEY", self.SECRET_KEY)
        self.FIELD_KEYS = _field_keys() or self.FIELD_KEYS
        self.BASE_URL = _address(os.environ.get("SERVICEDESK_BASE_URL") or "http://127.0.0.1:8000")
        self.DATA_DIR = Path(os.environ.get("SERVICEDESK_DATA_DIR") or ".data").absolute()
        self.SQLALCHEMY_ENGINES = engines(_database_url())
        self.SMTP_URL = os.environ.get("SERVICEDESK_SMTP_URL")
        self.CLAMD = os.environ.get("SERVICEDESK_CLAMD")
        self.FONT_DIR = os.environ.get("SERVICEDESK_FONT_DIR")


class Testing(Development):
    """One database and one data directory a test; locks, checks and CSRF are as in production."""

    TESTING = True
    ANY_LOOPBACK_IS_US = False
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
    """Return the engines for ``url``; empty when the embedded server is to be started."""
    if not url:
        return {}
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        url = f"postgresql+psycopg://{rest}"
    reachable = {
        "url": url,
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": 3,  # seconds
            # On TCP a server that has vanished is noticed; see servicedesk.deadlines.
            "keepalives_idle": 10,  # seconds
            "keepalives_interval": 3,  # seconds
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,  # milliseconds
        },
    }
    return {
        "default": {
            **reachable,
            "pool_size": 10,
            "max_overflow": 10,
            "pool_timeout": 5,  # seconds; then the visitor is told to come back
        },
        # Beside it, for the throttle: whoever holds one connection never waits for the second.
        "throttle": {
            **reachable,
            "isolation_level": "AUTOCOMMIT",
            "pool_size": 2,
            "max_overflow": -1,
        },
    }


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise SettingMissing(f"Set {name}; the service desk does not start without it.")
    return value


def _secret(name: str) -> str:
    secret = _required(name)
    if len(secret) < SHORTEST_SECRET:
        raise SettingMissing(f"{name} is too short: give it at least {SHORTEST_SECRET} characters.")
    return secret


def _words(name: str) -> list[str]:
    return os.environ.get(name, "").replace(",", " ").split()


def _field_keys() -> list[str]:
    keys = _words("SERVICEDESK_FIELD_KEYS")
    for number, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            raise SettingMalformed(
                f"Key {number} of SERVICEDESK_FIELD_KEYS is no Fernet key. Make one with python -c"
                ' "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())".'
            ) from None
    return keys


def _address(url: str) -> str:
    """Return ``url``, which links begin with, without its final slash."""
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none
        is_whole = False
    if not is_whole or "?" in url or "#" in url:
        raise SettingMalformed(
            f"SERVICEDESK_BASE_URL is {url!r}; say how visitors reach the desk, such as"
            " https://desk.example."
        )
    return url.rstrip("/")


def _database_url() -> str | None:
    """Return the address of the database; it may hold a password and is never shown."""
    url = os.environ.get("SERVICEDESK_DATABASE_URL")
    if url:
        try:
            is_ours = sa.make_url(url).drivername in _DRIVERS
        except (sa.exc.ArgumentError, ValueError):
            is_ours = False
        if not is_ours:
            raise SettingMalformed(
                "SERVICEDESK_DATABASE_URL must be like postgresql://user:password@host/database."
            )
    return url


def _count(name: str) -> int:
    value = os.environ.get(name) or "0"
    if not (value.isascii() and value.isdecimal()):
        raise SettingMalformed(f"{name} is {value!r}; say a number, such as 1.")
    return int(value)
