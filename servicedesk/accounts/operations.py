"""Everything that changes an account."""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from servicedesk.accounts import passwords, queries, tokens
from servicedesk.accounts.email_addresses import normalise
from servicedesk.accounts.models import Post, TokenPurpose, User
from servicedesk.accounts.permissions import STAFF_ROLES, Role
from servicedesk.accounts.signals import ask_for_mail
from servicedesk.errors import RuleBroken
from servicedesk.web import sessions
from servicedesk.words import Secret, say

log = logging.getLogger(__name__)

NOBODY = "nobody"  # the subject of tokens that are made only to take the time they take
NOBODYS_ID = 0  # whose sessions are ended for the same reason


class AddressTaken(RuleBroken):
    """There is an account with this address already."""

    def __init__(self) -> None:
        super().__init__(say("There is an account with this e-mail address already."))


def register(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    now: datetime,
    language: str = "en",
    is_confirmed: bool = False,
) -> User:
    """Add an applicant; for seeding and tests with the address confirmed at once.

    Raises:
        AddressTaken: there is such an account.
        NotAnAddress: ``email`` is none.
    """
    user = User(
        email=normalise(email),
        name=name,
        password_hash=passwords.hash_of(password),
        language=language,
        role=Role.APPLICANT,
        is_active=True,
        confirmed_at=now if is_confirmed else None,
        created_at=now,
    )
    return _add(session, user)


def create_staff(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    role: Role,
    now: datetime,
    posts: Mapping[str, str] | None = None,
    language: str = "en",
) -> User:
    """Add a member of staff, with a confirmed address and posts ``{department: duty}``.

    Raises:
        AddressTaken: there is such an account.
        NotAnAddress: ``email`` is none.
        ValueError: the role is not one of staff.
    """
    if role not in STAFF_ROLES:
        raise ValueError(f"{role} is not a role of staff")
    user = User(
        email=normalise(email),
        name=name,
        password_hash=passwords.hash_of(password),
        language=language,
        role=role,
        is_active=True,
        confirmed_at=now,
        created_at=now,
        posts=[Post(department=where, duty=duty) for where, duty in (posts or {}).items()],
    )
    _add(session, user)
    log.info("member of staff added", extra={"user": user.id, "role": role})
    return user


def sign_up(
    session: Session, *, email: str, name: str, password: str, language: str, now: datetime
) -> None:
    """Make an account and mail its confirmation; or tell the owner of one that it is there.

    Says nothing of which it was, and does the same work for both, so that it takes the same
    time.  An account whose address was never confirmed belongs to whoever confirms it: the
    latest sign-up replaces what earlier ones said, and their links and sessions are void.
    """
    new = {
        "name": name,
        "password_hash": passwords.hash_of(password),
        "language": language,
    }
    user = _claim_address(session, email, new, now)
    is_owned = user.confirmed_at is not None
    subject = NOBODY if is_owned else str(user.id)
    tokens.revoke(session, TokenPurpose.CONFIRM_EMAIL, subject)
    secret = tokens.issue(session, TokenPurpose.CONFIRM_EMAIL, subject, now=now)
    sessions.end_sessions_of(session, NOBODYS_ID if is_owned else user.id)
    if is_owned:
        ask_for_mail(session, user, "account_exists", facts={}, language=user.language, now=now)
        return
    for field, value in new.items():
        setattr(user, field, value)
    _mail_secret(session, user, "confirm_email", secret, now)
    log.info("signed up", extra={"user": user.id})


def send_confirmation(session: Session, user: User, *, now: datetime) -> None:
    """Mail a link that confirms the address; earlier ones are void."""
    tokens.revoke(session, TokenPurpose.CONFIRM_EMAIL, str(user.id))
    secret = tokens.issue(session, TokenPurpose.CONFIRM_EMAIL, str(user.id), now=now)
    _mail_secret(session, user, "confirm_email", secret, now)


def confirm_email(session: Session, secret: str, *, password: str, now: datetime) -> User | None:
    """Use the mailed link up: the address is this person's.

    Who reads the mails need not be who signed up last: a stranger may have, with a password
    of their own.  With another password than the account's the answer is None, nothing is
    confirmed and the link stays good.

    Raises:
        tokens.LinkSpent: it no longer works.
    """
    subject = tokens.subject_of(session, TokenPurpose.CONFIRM_EMAIL, secret, now=now)
    user = _owner(session, subject or NOBODY)
    session.refresh(user, with_for_update=True)  # in the order in which sign-up locks
    if not passwords.fits(password, user.password_hash):
        return None
    tokens.spend(session, TokenPurpose.CONFIRM_EMAIL, secret, now=now)
    user.confirmed_at = user.confirmed_at or now
    # Who was signed in before may not be who reads the mails.
    sessions.end_sessions_of(session, user.id)
    log.info("e-mail address confirmed", extra={"user": user.id})
    return user


def find_by_password(session: Session, *, email: str, password: str) -> User | None:
    """Return the person if the password is theirs, in the same time if there is none.

    Renews the stored hash when its parameters are outdated; the caller commits.
    """
    user = queries.find_user_by_email(session, email)
    fits = passwords.fits(password, user.password_hash if user else None)
    if user is None or not fits or not user.is_active:
        log.info("sign-in refused")
        return None
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_of(password)
    log.info("signed in", extra={"user": user.id})
    return user


def forgot_password(session: Session, *, email: str, language: str, now: datetime) -> None:
    """Mail a link to set a new password; to an address without an account, that it has none."""
    user = queries.find_user_by_email(session, email)
    known = user if user is not None and user.is_active else None
    subject = str(known.id) if known else NOBODY
    secret = tokens.issue(session, TokenPurpose.RESET_PASSWORD, subject, now=now)
    if known:
        _mail_secret(session, known, "reset_password", secret, now)
    else:
        ask_for_mail(session, normalise(email), "no_account", facts={}, language=language, now=now)


def reset_password(session: Session, secret: str, *, password: str, now: datetime) -> User:
    """Use the mailed link up and set a new password.

    Whoever reads the mails of an address owns it: that confirms it too.

    Raises:
        tokens.LinkSpent: the link no longer works.
    """
    user = _owner(session, tokens.spend(session, TokenPurpose.RESET_PASSWORD, secret, now=now))
    user.confirmed_at = user.confirmed_at or now
    tokens.revoke(session, TokenPurpose.RESET_PASSWORD, str(user.id))
    tokens.revoke(session, TokenPurpose.CONFIRM_EMAIL, str(user.id))
    change_password(session, user, password=password, now=now)
    return user


def change_password(session: Session, user: User, *, password: str, now: datetime) -> None:
    """Set a new password, sign the person out everywhere and tell them."""
    user.password_hash = passwords.hash_of(password)
    sessions.end_sessions_of(session, user.id)
    ask_for_mail(session, user, "password_changed", facts={}, language=user.language, now=now)
    log.info("password changed", extra={"user": user.id})


def change_details(user: User, *, name: str, language: str) -> None:
    """Change what the person is called and in which language we write to them."""
    user.name, user.language = name, language


def change_duties(session: Session, user: User, *, role: Role, posts: Mapping[str, str]) -> bool:
    """Give the person another role and other posts; sign them out if anything changed."""
    before = (user.role, {post.department: post.duty for post in user.posts})
    if before == (role, dict(posts)):
        return False
    user.role = role
    kept = {post.department: post for post in user.posts if post.department in posts}
    for department, duty in posts.items():
        kept.setdefault(department, Post(department=department, duty=duty)).duty = duty
    user.posts = list(kept.values())
    sessions.end_sessions_of(session, user.id)
    log.info("duties changed", extra={"user": user.id, "role": role, "posts": len(posts)})
    return True


def deactivate(session: Session, user: User) -> None:
    """Close the account: nobody can sign in to it any more."""
    user.is_active = False
    sessions.end_sessions_of(session, user.id)
    log.info("account closed", extra={"user": user.id})


def sign_out_everywhere(session: Session, user: User) -> None:
    """End all sessions of the person."""
    sessions.end_sessions_of(session, user.id)
    log.info("signed out everywhere", extra={"user": user.id})


def _add(session: Session, user: User) -> User:
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        raise AddressTaken from None
    return user


def _claim_address(session: Session, email: str, new: dict[str, str], now: datetime) -> User:
    """Return the account with this address, locked until the commit; a new one if need be."""
    row = insert(User).values(
        version=1,
        email=normalise(email),
        role=Role.APPLICANT,
        is_active=True,
        created_at=now,
        **new,
    )
    session.execute(row.on_conflict_do_nothing(index_elements=[User.email]))
    user = queries.find_user_by_email(session, email, to_change=True)
    if user is None:
        raise RuntimeError("an account vanished between two statements")
    return user


def _owner(session: Session, subject: str) -> User:
    user = queries.get_user(session, int(subject)) if subject.isdecimal() else None
    if user is None or not user.is_active:
        raise tokens.LinkSpent
    return user


def _mail_secret(session: Session, user: User, kind: str, secret: str, now: datetime) -> None:
    facts = {"secret": Secret(secret)}
    ask_for_mail(session, user, kind, facts=facts, language=user.language, now=now)
