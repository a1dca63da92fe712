"""Commands about people."""

import click
from flask.cli import with_appcontext

from servicedesk import clock
from servicedesk.accounts import operations, queries
from servicedesk.accounts.email_addresses import NotAnAddress, normalise
from servicedesk.accounts.password_rules import objection
from servicedesk.accounts.permissions import STAFF_ROLES, Role
from servicedesk.extensions import db
from servicedesk.park import park
from servicedesk.words import LANGUAGES

DUTIES = ("clerk", "reviewer", "supervisor")


@click.command("create-staff")
@click.argument("email")
@click.option("--name", prompt=True, help="What the person is called.")
@click.option("--role", type=click.Choice(sorted(role.value for role in STAFF_ROLES)), prompt=True)
@click.option(
    "--post",
    "posts",
    multiple=True,
    metavar="DEPARTMENT:DUTY",
    help="A post, such as market:reviewer. May be given several times.",
)
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0])
@click.option(
    "--password",
    envvar="SERVICEDESK_STAFF_PASSWORD",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Better left out: then it is asked for.",
)
@with_appcontext
def create_staff(
    *,
    email: str,
    name: str,
    role: str,
    posts: tuple[str, ...],
    language: str,
    password: str,
) -> None:
    """Add a member of staff.  Again for the same address: change role and posts only."""
    duties = _duties(posts)
    try:
        email = normalise(email)
    except NotAnAddress as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from None
    user = queries.find_user_by_email(db.session, email)
    if user is not None:
        changed = operations.change_duties(db.session, user, role=Role(role), posts=duties)
        db.session.commit()
        click.echo(f"account {user.id}: {'role and posts changed' if changed else 'unchanged'}")
        return
    wrong = objection(password, email=email)
    if wrong is not None:
        raise click.BadParameter(str(wrong), param_hint="--password")
    user = operations.create_staff(
        db.session,
        email=email,
        name=name,
        password=password,
        role=Role(role),
        posts=duties,
        language=language,
        now=clock.now(),
    )
    db.session.commit()
    click.echo(f"account {user.id}: created")


def _duties(posts: tuple[str, ...]) -> dict[str, str]:
    """Return posts by department.

    Raises:
        click.BadParameter: there is no such department or duty.
    """
    duties = {}
    for post in posts:
        department, _, duty = post.partition(":")
        if department not in park().departments:
            known = ", ".join(park().departments)
            raise click.BadParameter(f"no department {department!r}; there are {known}")
        if duty not in DUTIES:
            raise click.BadParameter(f"no duty {duty!r}; there are {', '.join(DUTIES)}")
        duties[department] = duty
    return duties
