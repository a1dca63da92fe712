"""Verifying certificates by code and by file, and printing them for whoever holds their code."""

import io
from pathlib import Path
from typing import Final

from flask import current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.throttle import throttle
from servicedesk.enterprises import certificate_codes, certificate_seals, verifying_limits
from servicedesk.enterprises.certificate_sheets import Press, signed_print
from servicedesk.enterprises.certificate_standing import ENDED_WORDS, Standing, standing_of
from servicedesk.enterprises.models import Certificate, CertificateState
from servicedesk.enterprises.queries import certificates as queries
from servicedesk.enterprises.queries import signing_keys
from servicedesk.enterprises.verifying_forms import FileForm
from servicedesk.enterprises.views import bp
from servicedesk.errors import RuleBroken
from servicedesk.extensions import db
from servicedesk.park import local_day
from servicedesk.words import say

_LONGEST_TYPED: Final = 80  # characters of a code, with whatever stands between them
_SANDBOX: Final = "default-src 'none'; sandbox"


@bp.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """Ask for a certificate's code or file, or go to what a code certifies."""
    typed = request.args.get("code", "").strip()[:_LONGEST_TYPED]
    code = certificate_codes.clean(typed)
    if code is not None:
        return redirect(url_for("enterprises.verified", code=code), 303)
    page = render_template("enterprises/verify.html", typed=typed, form=FileForm(formdata=None))
    return page, 422 if typed else 200


@bp.post("/verify")
@public
def verify_file() -> ResponseReturnValue:
    """Say what a file is: ours or not, whole or altered, in force or not.  Nothing is kept."""
    throttle().hit(verifying_limits.by_file(request.remote_addr or ""), now=clock.now())
    form = FileForm()
    data = form.read() if form.validate() else None
    if data is None:
        return render_template("enterprises/verify.html", typed="", form=form), 422
    reading = certificate_seals.read(data, signing_keys.public_keys(db.session))
    certificate = queries.find_certificate(db.session, reading.code or "")
    return render_template(
        "enterprises/verified_file.html",
        verdict=reading.verdict.value,
        certificate=certificate,
        standing=_standing(certificate),
        ended_words=ENDED_WORDS,
    )


@bp.get("/verify/<string:code>")
@public
@finds(queries.find_certificate)
def verified(code: str) -> ResponseReturnValue:
    """Say whether a certificate is in force, and show exactly what it certifies."""
    throttle().hit(verifying_limits.by_code(request.remote_addr or ""), now=clock.now())
    clean = certificate_codes.clean(code[:_LONGEST_TYPED])
    if clean is not None and clean != code:
        return redirect(url_for("enterprises.verified", code=clean), 301)
    certificate = queries.find_certificate(db.session, code)
    page = render_template(
        "enterprises/verified.html",
        certificate=certificate,
        code=code,
        standing=_standing(certificate),
        ended_words=ENDED_WORDS,
    )
    return page, 200 if certificate else 404


@bp.get("/verify/<string:code>/certificate.pdf")
@public
@finds(queries.get_certificate)
def certificate_pdf(code: str) -> ResponseReturnValue:
    """Print the certificate for whoever holds its code; it is printed once and then kept."""
    certificate = queries.get_certificate(db.session, code)
    if certificate.state is CertificateState.SUSPENDED:
        raise RuleBroken(say("This certificate is suspended, so it is not printed now."))
    if certificate.state is not CertificateState.VALID:
        raise RuleBroken(say("This certificate is not in force any more, so it is not printed."))
    printed = signed_print(db.session, certificate, _press())
    name = f"{certificate.template}-{certificate.code[:9]}.pdf"
    response = send_file(
        io.BytesIO(printed), mimetype="application/pdf", as_attachment=True, download_name=name
    )
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _standing(certificate: Certificate | None) -> Standing | None:
    if certificate is None:
        return None
    is_sealed = queries.is_sealed(db.session, certificate)
    return standing_of(certificate, today=local_day(clock.now()), is_sealed=is_sealed)


def _press() -> Press:
    config = current_app.config
    directory = Path(config["DATA_DIR"]) / "certificates"
    return Press(config["BASE_URL"], directory, config["FONT_DIR"])
