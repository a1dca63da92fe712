"""Programs that call the API."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.api.scopes import Scope
from servicedesk.hall.models import Hall
from tests.api.factories import Program, make_token

MakeProgram = Callable[..., Program]


@pytest.fixture
def program(app: Flask, session: Session) -> MakeProgram:
    """Return what makes a program, with a token of a scope or without any."""

    def make(scope: Scope | None = None, *, of: Hall | User | None = None) -> Program:
        return Program(app, session, make_token(session, scope, of=of) if scope else None)

    return make
