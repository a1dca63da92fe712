"""Addresses for load balancers and monitors; they say what works, never why not."""

from typing import Final

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from servicedesk import clock
from servicedesk.accounts.access import public
from servicedesk.extensions import db
from servicedesk.health import metrics, readiness
from servicedesk.web.gate import LOOPBACK

bp = Blueprint("health", __name__)

_RETRY_AFTER: Final = "5"  # seconds
# What proxies add; each of them says that somebody else asks.
_BY_PROXIES: Final = ("Forwarded", "Via", "X-Real-IP", "X-Client-IP")


@bp.get("/healthz")
@public
def process() -> ResponseReturnValue:
    """Say that this process answers; asks nobody else."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether visitors can be served: 200 with everything, 503 without."""
    answers = readiness.answers(db.session, now=clock.now())
    response = jsonify(answers)
    if not all(answers.values()):
        response.status_code = 503
        response.headers["Retry-After"] = _RETRY_AFTER
    return response


@bp.get("/metrics")
@public
def numbers() -> ResponseReturnValue:
    """Give the numbers to a Prometheus on this machine; for anybody else there is no such page."""
    if request.remote_addr not in LOOPBACK or _came_through_a_proxy():
        abort(404)
    return Response(metrics.exposition(db.session), content_type=CONTENT_TYPE_LATEST)


def _came_through_a_proxy() -> bool:
    names = request.headers.keys()
    return any(name in request.headers for name in _BY_PROXIES) or any(
        name.lower().startswith("x-forwarded-") for name in names
    )
