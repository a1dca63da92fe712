"""Accounts, posts, sessions and one-time tokens as stored."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.permissions import PERMISSIONS, STAFF_ROLES, Permission, Role
from servicedesk.database import Base


class User(Base):
    """A person with an account."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)  # lower case
    password_hash: Mapped[str] = mapped_column(sa.String(200))  # argon2id
    name: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(8), default="en")  # of mails: "en" or "zh"
    role: Mapped[Role] = mapped_column(default=Role.APPLICANT)
    is_active: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[datetime | None]  # when the e-mail address was confirmed
    created_at: Mapped[datetime]

    posts: Mapped[list["Post"]] = relationship(back_populates="user", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}

    def may(self, permission: Permission) -> bool:
        """Whether this person's role holds ``permission``."""
        return permission in PERMISSIONS[self.role]

    @property
    def is_staff(self) -> bool:
        """Whether this person works here."""
        return self.role in STAFF_ROLES

    @property
    def departments(self) -> frozenset[str]:
        """The keys of the departments this person has a post in."""
        return frozenset(post.department for post in self.posts)

    # What Flask-Login asks of a user:
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the session remembers."""
        return str(self.id)


class Post(Base):
    """A duty of a member of staff in a department."""

    __tablename__ = "posts"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    department: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    duty: Mapped[str] = mapped_column(sa.String(20))  # clerk, reviewer, supervisor

    user: Mapped[User] = relationship(back_populates="posts")


class Absence(Base):
    """Days on which a member of staff is away, and who stands in."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    deputy_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]  # away on this day too
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    deputy: Mapped[User] = relationship(foreign_keys=[deputy_id])

    __table_args__ = (
        sa.CheckConstraint("last_day >= first_day", name="in_order"),
        postgresql.ExcludeConstraint(  # nobody is away twice at once
            (sa.text("int4range(user_id, user_id, '[]')"), "&&"),
            (sa.text("daterange(first_day, last_day, '[]')"), "&&"),
            name="ex_absences_overlap",
            using="gist",
        ),
    )


class TokenPurpose(StrEnum):
    """What a mailed link or code is good for, and for nothing else."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, not a password
    TRACK = "track"
    JOIN_CASE = "join_case"
    CONFIRM_DATA = "confirm_data"
    JOIN_ENTERPRISE = "join_enterprise"


class Token(Base):
    """A one-time secret that was mailed; only its hash is kept."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[TokenPurpose]
    subject: Mapped[str] = mapped_column(sa.String(120))  # a user's id, a case's reference
    secret_hash: Mapped[bytes] = mapped_column(unique=True)  # SHA-256
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    attempts_left: Mapped[int] = mapped_column(default=5)  # for short codes
    created_at: Mapped[datetime]

    __table_args__ = (sa.Index(None, "purpose", "subject"),)
