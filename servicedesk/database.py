"""The base that every model extends, and the column types they share."""

import base64
import enum
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, cast

import sqlalchemy as sa
from cryptography.fernet import Fernet, MultiFernet
from psycopg.types.json import Jsonb
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Session


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment.  Refuses naive values instead of guessing; gives back UTC."""

    impl = sa.TIMESTAMP(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Check that the moment is aware."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}; take it from servicedesk.clock")
        return value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: sa.Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Turn the session's time zone into UTC."""
        return value if value is None else value.astimezone(UTC)


class Keyring:
    """The field keys of this process: the first seals, any of them opens (D4)."""

    def __init__(self) -> None:
        self._box: MultiFernet | None = None
        self._keys: list[bytes] = []

    def load(self, keys: Sequence[str]) -> None:
        """Use ``keys`` (Fernet, urlsafe base64, 32 bytes); the newest first.

        Raises:
            ValueError: there is none, or one is malformed.
        """
        self._box = MultiFernet([Fernet(key) for key in keys])
        self._keys = [base64.urlsafe_b64decode(key) for key in keys]

    def seal(self, data: bytes) -> bytes:
        """Return ``data`` encrypted under the newest key."""
        return self._require().encrypt(data)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            cryptography.fernet.InvalidToken: no key of ours fits, or it was altered.
        """
        return self._require().decrypt(sealed)

    def mark(self, purpose: str, data: bytes) -> bytes:
        """Return what only a holder of the newest key can write under ``data`` (HMAC)."""
        self._require()
        return _mark(self._keys[0], purpose, data)

    def fits(self, purpose: str, data: bytes, mark: bytes) -> bool:
        """Whether ``mark`` was written under ``data`` with one of the keys."""
        return self.fits_in_part(purpose, data, mark, hashlib.sha256().digest_size)

    def fits_in_part(self, purpose: str, data: bytes, mark: bytes, size: int) -> bool:
        """Whether ``mark`` is the first ``size`` bytes of one written under ``data``."""
        self._require()
        ours = (_mark(key, purpose, data)[:size] for key in self._keys)
        return any(hmac.compare_digest(one, mark) for one in ours)

    def _require(self) -> MultiFernet:
        if self._box is None:
            raise RuntimeError("no field keys loaded; create_app does that")
        return self._box


def _mark(key: bytes, purpose: str, data: bytes) -> bytes:
    """Return the HMAC of ``data`` under the key derived from ``key`` for ``purpose``."""
    return hmac.digest(hmac.digest(key, purpose.encode(), "sha256"), data, "sha256")


keyring = Keyring()


class SealedJson(sa.TypeDecorator[Any]):
    """A JSON value that lies encrypted in the database (D3).

    For what people tell us about themselves.  Cannot be searched or indexed; what lists
    need is kept beside it in columns of its own.  Assign a new value to change it.
    """

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(
        self,
        value: Any,  # noqa: ANN401 - any JSON
        dialect: sa.Dialect,  # noqa: ARG002
    ) -> bytes | None:
        """Seal the value."""
        if value is None:
            return None
        return keyring.seal(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())

    def process_result_value(
        self,
        value: bytes | None,
        dialect: sa.Dialect,  # noqa: ARG002
    ) -> Any:  # noqa: ANN401 - any JSON
        """Open the value."""
        return None if value is None else json.loads(keyring.open(value))


def copy_rows(session: Session, model: type["Base"], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write many rows of a table with one COPY, in the session's transaction.

    The rows have the same columns, with values as the database takes them: what a type of ours
    would seal or translate on the way is not.  Nothing is returned: no defaults, no ids.
    """
    table = cast("sa.Table", model.__table__)
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return
    are_json = [(name, isinstance(table.c[name].type, postgresql.JSONB)) for name in first]
    statement = f"COPY {table.name} ({', '.join(first)}) FROM STDIN"
    driver = session.connection().connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection was closed meanwhile")
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in chain([first], waiting):
            copy.write_row(
                [
                    Jsonb(row[name]) if is_json and row[name] is not None else row[name]
                    for name, is_json in are_json
                ]
            )


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can drop it by name."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: postgresql.JSONB,
        list[str]: postgresql.ARRAY(sa.Text),
        enum.StrEnum: sa.Enum(
            enum.StrEnum,
            native_enum=False,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }
