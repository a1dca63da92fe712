"""Writing the mail of a notice: its subject, its text and its HTML, in its language.

A kind has two templates.  The text one extends ``mail/layout.txt`` and has the blocks
``subject`` and ``main``; the HTML one extends ``mail/layout.html`` and has the block
``main``.  In both the facts are names, and ``link("/path")`` begins with BASE_URL.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from jinja2 import Template

from servicedesk.accounts.models import User
from servicedesk.notices.delivery import sender_for
from servicedesk.notices.facts import unpacked
from servicedesk.notices.models import Notice
from servicedesk.park import park


def compose(notice: Notice, person: User | None) -> EmailMessage:
    """Return the mail of ``notice``.

    Its Message-ID is the notice's own, so that a mail that was handed over twice (a worker
    can die between handing over and saying so) is known as the same one.
    """
    config = current_app.config
    base_url = config["BASE_URL"]
    with force_locale(notice.language):
        environment = current_app.jinja_env
        text = environment.get_template(f"mail/{notice.kind}.txt")
        names = _names(notice, person, base_url)
        subject = _subject(text, names)
        plain = text.render(names, subject=subject)
        html = environment.get_template(f"mail/{notice.kind}.html").render(names, subject=subject)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(
        park().desk.in_language(notice.language),
        addr_spec=sender_for(config["SMTP_URL"], base_url),
    )
    mail["To"] = Address(addr_spec=notice.address)
    mail["Subject"] = subject
    mail["Date"] = notice.created_at
    mail["Message-ID"] = f"<notice-{notice.id}@{urlsplit(base_url).hostname or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain.strip() + "\n")
    mail.add_alternative(html, subtype="html")
    mail["Content-Language"] = "zh-CN" if notice.language == "zh" else "en"
    return mail


def _names(notice: Notice, person: User | None, base_url: str) -> dict[str, object]:
    """Return what the templates may name."""
    is_known = person is not None and person.confirmed_at is not None
    return {
        **unpacked(notice.facts),
        "about": notice.about,
        # Before the address is confirmed, its owner did not choose the name.
        "person_name": person.name if person is not None and is_known else None,
        "link": lambda path: base_url + path,
        "mail_language": "zh-CN" if notice.language == "zh" else "en",
    }


def _subject(template: Template, names: dict[str, object]) -> str:
    """Return the block ``subject`` on one line: a line end would begin another header."""
    block = template.blocks["subject"]
    written = "".join(block(template.new_context({**names, "subject": ""})))
    return " ".join("".join(c if c.isprintable() else " " for c in written).split())
