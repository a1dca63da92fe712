"""What the register does in the background."""

import logging
from pathlib import Path

from flask import current_app

from servicedesk import clock, jobs, live
from servicedesk.enterprises.certificate_sheets import Press, signed_print
from servicedesk.enterprises.models import Certificate
from servicedesk.enterprises.operations import exports, imports, names, register, stays
from servicedesk.enterprises.queries import address_stock
from servicedesk.extensions import db
from servicedesk.park import local_day, park

log = logging.getLogger(__name__)


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
    """Find names by the look-alikes and readings of the data files as they are now."""
    names.renew_keys(db.session, now=clock.now())
    db.session.commit()


@jobs.periodic("enterprises.warn_of_leases", cron="20 0 * * *")
def warn_of_leases() -> None:
    """Tell companies that their lease in the park ends soon; in the morning in Beijing."""
    now, days = clock.now(), park().lease_notice_days
    for holding_id in address_stock.to_warn(db.session, today=local_day(now), days=days):
        try:
            stays.warn(db.session, holding_id, days=days, now=now)
            db.session.commit()
        except Exception as error:  # noqa: BLE001 - one company must not keep the others waiting
            db.session.rollback()
            extra = {"holding": holding_id, "error": type(error).__name__}
            log.error("a company was not told that its lease ends", extra=extra)  # noqa: TRY400


@jobs.task(imports.ENTER)
def enter_import(number: int) -> None:
    """Enter a table that was tried out; all of it, or nothing."""
    imports.enter_kept(db.session, number, now=clock.now())
    db.session.commit()


@jobs.task(imports.WRITE)
def write_export(number: int) -> None:
    """Write the register as one file, for whoever asked for it."""
    snapshot = db.engine.execution_options(isolation_level="REPEATABLE READ")
    with db.sessionmaker(bind=snapshot) as session:
        exports.pack(session, _exports(), number, now=clock.now())
    live.announce(db.session, f"export:{number}")
    db.session.commit()


@jobs.periodic("enterprises.sweep_exports", cron="17 * * * *")
def sweep_exports() -> None:
    """Throw away the exports that were kept long enough."""
    exports.sweep(_exports(), now=clock.now())


@jobs.periodic("enterprises.sweep_imports", cron="*/10 * * * *")
def sweep_imports() -> None:
    """Forget the tables that nobody said to enter, and say which could not be."""
    imports.sweep(db.session, now=clock.now())
    db.session.commit()


def _exports() -> Path:
    return Path(current_app.config["DATA_DIR"]) / exports.FOLDER
