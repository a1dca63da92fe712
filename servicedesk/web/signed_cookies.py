"""Cookies that we sign and nobody else can make: marks we leave in a browser and find again."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse


@dataclass(frozen=True)
class SignedCookie:
    """One kind of mark; ``salt`` keeps what is signed for it from serving as another kind."""

    name: str
    salt: str
    kept: int  # seconds, in the browser and under the signature

    def read(self) -> Any:  # noqa: ANN401 - whatever was left, any JSON
        """Return what we left in this browser; None: nothing, it is too old, or it is not ours."""
        try:
            return self._signer().loads(request.cookies.get(self._whole_name(), ""), self.kept)
        except BadSignature:
            return None

    def leave(self, response: AnyResponse, value: Any) -> None:  # noqa: ANN401 - any JSON
        """Leave ``value`` in the browser that gets ``response``."""
        response.set_cookie(
            self._whole_name(),
            self._signer().dumps(value),
            max_age=self.kept,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )

    def _signer(self) -> URLSafeTimedSerializer:
        config = current_app.config
        oldest_first = [*reversed(config["SECRET_KEY_FALLBACKS"]), config["SECRET_KEY"]]
        return URLSafeTimedSerializer(oldest_first, salt=self.salt)

    def _whole_name(self) -> str:
        """Return a name with the prefix that ties the cookie to this host, where we have TLS."""
        is_secure = current_app.config["SESSION_COOKIE_SECURE"]
        return f"__Host-{self.name}" if is_secure else self.name
