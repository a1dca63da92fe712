"""What every answer says to the browser besides its page (S9)."""

from typing import Final

from flask import Flask, Response, current_app, session

from servicedesk.web.sessions import USER_KEY, DeskSession

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
TWO_YEARS: Final = 2 * 365 * 24 * 3600  # seconds
FOR_ONE_PERSON: Final = "private, no-store"
FOR_NOW: Final = "private, no-cache"


def init_app(app: Flask) -> None:
    """Put the headers on every answer; a view that set one of its own keeps it."""
    app.after_request(_dress)


def always(app: Flask) -> dict[str, str]:
    """Return the headers of every answer of ``app``, also of those that Flask does not write."""
    if app.config["SESSION_COOKIE_SECURE"]:
        return HEADERS | {"Strict-Transport-Security": f"max-age={TWO_YEARS}"}
    return HEADERS


def _dress(response: Response) -> Response:
    for name, value in always(current_app).items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = FOR_ONE_PERSON if _is_personal() else FOR_NOW
    return response


def _is_personal() -> bool:
    """Whether the page may show what only the signed-in person may see."""
    present = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return isinstance(present, DeskSession) and present.is_loaded and USER_KEY in present
