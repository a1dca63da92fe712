"""Verifying certificates, and printing them for whoever holds their code."""

import io
from pathlib import Path
from typing import Final

from flask import current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from servicedesk.accounts.access import finds, public
from servicedesk.enterprises import certificate_codes, printing
from servicedesk.enterprises.certificate_sheets import sheet_of
from servicedesk.enterprises.models import CertificateState
from servicedesk.enterprises.queries import certificates as queries
from servicedesk.enterprises.views import bp
from servicedesk.errors import RuleBroken
from servicedesk.extensions import db
from servicedesk.words import say

_LONGEST_TYPED: Final = 80  # characters of a code, with whatever stands between them
_SANDBOX: Final = "default-src 'none'; sandbox"


@bp.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """Ask for a certificate's code, or go to what it certifies."""
    typed = request.args.get("code", "").strip()[:_LONGEST_TYPED]
    code = certificate_codes.clean(typed)
    if code is not None:
        return redirect(url_for("enterprises.verified", code=code), 303)
    return render_template("enterprises/verify.html", typed=typed), 422 if typed else 200


@bp.get("/verify/<string:code>")
@public
@finds(queries.find_certificate)
def verified(code: str) -> ResponseReturnValue:
    """Say whether a certificate is in force, and show exactly what it certifies."""
    clean = certificate_codes.clean(code[:_LONGEST_TYPED])
    if clean is not None and clean != code:
        return redirect(url_for("enterprises.verified", code=clean), 301)
    certificate = queries.find_certificate(db.session, code)
    return (
        render_template("enterprises/verified.html", certificate=certificate, code=code),
        200 if certificate else 404,
    )


@bp.get("/verify/<string:code>/certificate.pdf")
@public
@finds(queries.get_certificate)
def certificate_pdf(code: str) -> ResponseReturnValue:
    """Print the certificate for whoever holds its code; it is printed once and then kept."""
    certificate = queries.get_certificate(db.session, code)
    if certificate.state is not CertificateState.VALID:
        raise RuleBroken(say("This certificate is not in force any more, so it is not printed."))
    config = current_app.config
    printed = printing.print_once(
        sheet_of(certificate, config["BASE_URL"]),
        Path(config["DATA_DIR"]) / "certificates",
        config["FONT_DIR"],
    )
    name = f"{certificate.template}-{certificate.code[:9]}.pdf"
    response = send_file(
        io.BytesIO(printed), mimetype="application/pdf", as_attachment=True, download_name=name
    )
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response
