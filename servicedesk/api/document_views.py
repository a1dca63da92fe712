"""What programs can call: for programs, and for those who write them."""

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from servicedesk.accounts.access import public
from servicedesk.api import openapi
from servicedesk.api.scopes import SCOPE_WORDS
from servicedesk.api.views import bp

help_pages = Blueprint("api_help", __name__)


@bp.get("/openapi.json")
@public
def document() -> Response:
    """Give the document from which clients can be made."""
    return jsonify(openapi.document(current_app))


@bp.get("/docs")
@public
def read() -> ResponseReturnValue:
    """Lead to the page for people."""
    return redirect(url_for("api_help.show"), 303)


@help_pages.get("/help/api")
@public
def show() -> ResponseReturnValue:
    """List every call: who may make it, what it takes and gives."""
    said = openapi.document(current_app)
    return render_template(
        "api/help.html", calls=openapi.calls(current_app), scopes=SCOPE_WORDS,
        schemas=said["components"]["schemas"],
    )  # fmt: skip
