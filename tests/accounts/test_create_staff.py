"""``servicedesk create-staff``."""

from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts import queries
from servicedesk.accounts.cli import create_staff
from servicedesk.accounts.permissions import Role
from tests.accounts.factories import GOOD_PASSWORD, sign_in
from tests.conftest import Browser

EMAIL = "rui@park.example"


def run(app: Flask, *args: str, words: str = GOOD_PASSWORD) -> Result:
    fixed = [EMAIL, "--name", "Rui", "--password", words]
    return app.test_cli_runner().invoke(create_staff, [*fixed, *args])


def test_a_member_of_staff_is_added_with_role_and_posts(
    app: Flask, session: Session, browser: Browser
) -> None:
    result = run(app, "--role", "reviewer", "--post", "market:reviewer", "--post", "tax:clerk")

    assert result.exit_code == 0, result.output
    user = queries.find_user_by_email(session, EMAIL)
    assert user is not None
    assert user.role is Role.REVIEWER
    assert {post.department: post.duty for post in user.posts} == {
        "market": "reviewer",
        "tax": "clerk",
    }
    assert sign_in(browser, EMAIL, GOOD_PASSWORD).location == "/desk"


def test_again_with_other_posts_changes_the_posts_and_keeps_the_password(
    app: Flask, session: Session, browser: Browser
) -> None:
    run(app, "--role", "reviewer", "--post", "market:reviewer")
    result = run(app, "--role", "supervisor", "--post", "tax:supervisor", words="ignored now")

    assert "role and posts changed" in result.output
    user = queries.find_user_by_email(session, EMAIL)
    assert user is not None
    assert user.role is Role.SUPERVISOR
    assert user.departments == {"tax"}
    assert sign_in(browser, EMAIL, GOOD_PASSWORD).status_code == 303
    assert "unchanged" in run(app, "--role", "supervisor", "--post", "tax:supervisor").output


def test_what_does_not_exist_is_refused_by_name(app: Flask, session: Session) -> None:
    assert "no department 'moon'" in run(app, "--role", "clerk", "--post", "moon:clerk").output
    assert "no duty 'king'" in run(app, "--role", "clerk", "--post", "market:king").output
    assert run(app, "--role", "applicant").exit_code == 2
    assert run(app, "--role", "clerk", words="short").exit_code == 2
    assert queries.find_user_by_email(session, EMAIL) is None
