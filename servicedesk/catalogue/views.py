"""The list of services, and each one's guide."""

from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import BuildError

from servicedesk.accounts.access import finds, public
from servicedesk.catalogue import guide, guide_fees, guide_times, queries
from servicedesk.catalogue.bundles import is_bundle
from servicedesk.catalogue.definition import Audience
from servicedesk.catalogue.guide_papers import papers
from servicedesk.catalogue.sources import cited
from servicedesk.catalogue.topics import Topic, topics
from servicedesk.extensions import db
from servicedesk.web import language
from servicedesk.web.forms import DeskForm

bp = Blueprint("catalogue", __name__, url_prefix="/services")

_AUDIENCES = {one.value: one for one in (Audience.ENTERPRISE, Audience.PERSON)}


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """List the services: all, of an audience, about a topic, or those that answer a query."""
    audience = _AUDIENCES.get(request.args.get("audience", ""))
    topic = topics().get(request.args.get("topic", ""))
    text = request.args.get("q", "").strip()
    return render_template(
        "catalogue/index.html",
        **_found(text, audience, topic),
        topics=queries.topic_counts(db.session, audience),
        audience=audience,
        topic=topic,
        text=text,
        duration=guide_times.duration,
    )


@bp.get("/<string:code>")
@public
@finds(queries.get_service)
def show(code: str) -> ResponseReturnValue:
    """Show the guide of one service, whole."""
    return guide_page(code, DeskForm(formdata=None))


def guide_page(code: str, form: DeskForm) -> str:
    """Return the guide of one service; ``form`` begins it, and says what is wrong with that."""
    entry, service = queries.get_service(db.session, code)
    return render_template(
        "catalogue/show.html",
        service=service,
        version=entry.current,
        elements=guide.elements(service),
        route=guide.route(service),
        price=guide_fees.price(service),
        time=guide_times.time_in_short(service),
        picture=guide.picture(service) if service.stages else None,
        handed_over=guide.handed_over(service),
        papers=papers(service),
        topics=topics(),
        cited=cited([one.source for one in service.settings.values()]),
        duration=guide_times.duration,
        start=_start_address(service.code) if service.pages and service.listed else None,
        parts=queries.parts_of(db.session, service) if is_bundle(service) else {},
        bundles=[] if service.listed else queries.bundles_of(db.session, code),
        form=form,
    )


def _found(text: str, audience: Audience | None, topic: Topic | None) -> dict[str, Any]:
    """Return the services that a list shows, how many there are, and the pages around."""
    key = topic.key if topic else None
    if text:
        services = list(queries.search(db.session, text, audience=audience, topic=key))
        return {"services": services, "count": len(services), "page": None}
    page = queries.page_of_services(
        db.session,
        language=language.current(),
        audience=audience,
        topic=key,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    count = queries.count_services(db.session, audience=audience, topic=key)
    return {"services": page.items, "count": count, "page": page}


def _start_address(code: str) -> str | None:
    """Return where an application is begun; None while this desk takes none."""
    try:
        return current_app.url_for("cases.start", code=code)
    except BuildError:
        return None
