"""What the register does in the background."""

from pathlib import Path

from flask import current_app

from servicedesk import clock, jobs
from servicedesk.enterprises import printing
from servicedesk.enterprises.certificate_sheets import sheet_of
from servicedesk.enterprises.models import Certificate
from servicedesk.enterprises.operations import names
from servicedesk.extensions import db


@jobs.task("enterprises.print_certificate")
def print_certificate(certificate_id: int) -> None:
    """Print a certificate, so that the first who asks for it need not wait."""
    certificate = db.session.get(Certificate, certificate_id)
    if certificate is not None:
        config = current_app.config
        sheet = sheet_of(certificate, config["BASE_URL"])
        printing.print_once(sheet, Path(config["DATA_DIR"]) / "certificates", config["FONT_DIR"])


@jobs.periodic("enterprises.lapse_names", cron="7 * * * *")
def lapse_names() -> None:
    """Release the reservations of names that are over."""
    names.lapse(db.session, now=clock.now())
    db.session.commit()


@jobs.periodic("enterprises.renew_name_keys", cron="23 3 * * *")
def renew_name_keys() -> None:
    """Find names by the look-alikes and readings of the data files as they are now."""
    names.renew_keys(db.session, now=clock.now())
    db.session.commit()
