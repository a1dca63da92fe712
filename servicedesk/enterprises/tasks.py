"""What the register does in the background."""

from pathlib import Path

from flask import current_app

from servicedesk import clock, jobs
from servicedesk.enterprises.certificate_sheets import Press, signed_print
from servicedesk.enterprises.models import Certificate
from servicedesk.enterprises.operations import names, register
from servicedesk.extensions import db


@jobs.task("enterprises.print_certificate")
def print_certificate(certificate_id: int) -> None:
    """Print a certificate, so that the first who asks for it need not wait."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is not None:
        config = current_app.config
        directory = Path(config["DATA_DIR"]) / "certificates"
        press = Press(config["BASE_URL"], directory, config["FONT_DIR"])
        signed_print(db.session, certificate, press)


@jobs.periodic("enterprises.lapse_names", cron="7 * * * *")
def lapse_names() -> None:
    """Release the reservations of names that are over."""
    names.lapse(db.session, now=clock.now())
    db.session.commit()


@jobs.periodic("enterprises.take_effect", cron="1,16,31,46 * * * *")
def take_effect() -> None:
    """Let the filings take effect whose day has come."""
    register.take_effect(db.session, now=clock.now())
    db.session.commit()


@jobs.periodic("enterprises.renew_name_keys", cron="23 3 * * *")
def renew_name_keys() -> None:
    """Compare names by the look-alikes and readings of the data files as they are now."""
    names.renew_keys(db.session)
    db.session.commit()
