"""``servicedesk token create|list|revoke``: access tokens of programs."""

import click
from flask.cli import with_appcontext

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.api import operations, queries
from servicedesk.api.scopes import LONGEST_DAYS, OF_A_HALL, USUAL_DAYS, Scope
from servicedesk.errors import DeskError
from servicedesk.extensions import db
from servicedesk.hall.models import Hall
from servicedesk.hall.queries import get_hall


@click.group("token")
def commands() -> None:
    """Access tokens for kiosks, boards, integrators and clerks' programs."""


@commands.command()
@click.option("--scope", type=click.Choice([scope.value for scope in Scope]), required=True)
@click.option("--hall", "halls", multiple=True, help="Of which a kiosk or a board is.")
@click.option("--user", "users", multiple=True, help="E-mail of whom a program acts for.")
@click.option("--name", default="", help="Of the machine or program, to know it again.")
@click.option("--days", default=USUAL_DAYS, show_default=True, type=click.IntRange(1, LONGEST_DAYS))
@with_appcontext
def create(
    *, scope: str, halls: tuple[str, ...], users: tuple[str, ...], name: str, days: int
) -> None:
    """Make a token for each hall or user and print it, once: it is not kept in the clear."""
    kind = Scope(scope)
    names = halls if kind in OF_A_HALL else users
    if not names:
        raise click.UsageError("say --hall for a kiosk or a board, --user for the others")
    for whose in names:
        click.echo(_issued(kind, whose, name=name, days=days))
    db.session.commit()


@commands.command("list")
@with_appcontext
def show() -> None:
    """List the tokens: number, scope, whose, until when, when last used."""
    now = clock.now()
    for one in queries.list_tokens(db.session):
        whose = one.hall.key if one.hall else one.user.email if one.user else ""
        state = "revoked" if one.revoked_at else f"until {one.expires_at:%Y-%m-%d}"
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never"
        good = "" if one.is_good(now) else "  (void)"
        click.echo(f"{one.id:5} {one.scope:11} {whose:32} {state:17} used {used}{good}")


@commands.command()
@click.argument("number", type=int)
@with_appcontext
def revoke(number: int) -> None:
    """Make token NUMBER of the list useless, at once."""
    try:
        operations.revoke(queries.get_token(db.session, number), now=clock.now())
    except DeskError as error:
        raise click.ClickException(str(error)) from None
    db.session.commit()
    click.echo(f"token {number} is revoked")


def _issued(kind: Scope, whose: str, *, name: str, days: int) -> str:
    try:
        _token, secret = operations.issue(
            db.session, kind, name=name or "made at the command line", of=_holder(kind, whose),
            days=days, by=None, now=clock.now(),
        )  # fmt: skip
    except DeskError as error:
        raise click.ClickException(f"{whose}: {error}") from None
    return secret


def _holder(kind: Scope, whose: str) -> Hall | User:
    if kind in OF_A_HALL:
        return get_hall(db.session, whose)
    user = find_user_by_email(db.session, whose)
    if user is None:
        raise click.ClickException(f"there is no account {whose}")
    return user
