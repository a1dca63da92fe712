"""What is published for those who verify certificates by themselves: keys, and a signed list."""

from datetime import timedelta
from typing import Any, Final

from flask import Response, json, request
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import public
from servicedesk.accounts.throttle import throttle
from servicedesk.enterprises import certificate_seals, signatures, verifying_limits
from servicedesk.enterprises.queries import certificates as queries
from servicedesk.enterprises.queries import signing_keys
from servicedesk.enterprises.views import bp
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from servicedesk.words import say

_GOOD_FOR: Final = timedelta(minutes=5)  # of a copy on the way; OWN


@bp.get("/.well-known/servicedesk-keys.json")
@public
def keys() -> ResponseReturnValue:
    """Publish the public half of every key that signs or signed certificates."""
    return _published(signatures.key_set(signing_keys.public_keys(db.session)))


@bp.get("/.well-known/servicedesk-revoked.json")
@public
def revoked() -> ResponseReturnValue:
    """Publish the list of certificates that are not in force, signed, without their codes."""
    now = clock.now()
    throttle().hit(verifying_limits.the_list(request.remote_addr or ""), now=now)
    signer = signing_keys.find_signer(db.session)
    if signer is None:
        raise NotFound(say("We have issued no certificate yet."))
    as_of = certificate_seals.time_of(now, signer.since)
    said = certificate_seals.list_said(queries.not_in_force(db.session), as_of=as_of)
    return _published({"signed": signer.sign(said, kind=certificate_seals.LIST)})


def _published(said: Any) -> Response:  # noqa: ANN401 - any JSON
    response = Response(json.dumps(said, indent=2), content_type="application/json")
    response.headers["Cache-Control"] = f"public, max-age={_GOOD_FOR // timedelta(seconds=1)}"
    return response
