"""Every page and state that a tour of the park looks at, by who sees it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.given_files import give_a_file_to_verify
from tests.browser.prepared_park import HALL, TRACKED, Park
from tests.browser.visitors import Visitor

Act = Callable[[Visitor], None]

POINTS = (
    "f_salary=30&f_education=doctor&f_experience=6&f_months=11&f_chinese=hsk2"
    "&f_region=other&f_age=38&f_background=top_university"
)
_BOOKED = f"/desk/hall/{HALL}/appointments"
_BOOK_FOR = f"{_BOOKED}/new"
PERSON = "f_age=45&f_degree=doctor&f_experience=5"


@dataclass(frozen=True)
class Stop:
    """A page, and what to do there before looking at it."""

    name: str
    path: str
    act: Act | None = None


def send_as_it_is(visitor: Visitor) -> None:
    """Press the page's button without filling anything in."""
    visitor.press_primary()
    visitor.page.wait_for_load_state()


def send(selector: str) -> Act:
    """Return what presses a certain button and waits for what follows."""

    def act(visitor: Visitor) -> None:
        visitor.page.locator(selector).first.click()
        visitor.page.wait_for_load_state()

    return act


def _send_own_words(visitor: Visitor) -> None:
    """Announce nothing, in words of one's own."""
    visitor.page.select_option("[name=ready]", "")
    send_as_it_is(visitor)


def _type_wrong_code(visitor: Visitor) -> None:
    visitor.page.fill("[name=code]", "000000")
    visitor.press_primary()
    visitor.page.wait_for_load_state()


def _enter_mailed_code(number: str, email: str) -> Act:
    return lambda visitor: visitor.ask_and_type_code(number, email)


def _find_owners(visitor: Visitor) -> None:
    """Ask who is behind an invented company."""
    visitor.answer("f_company", "青禾样例生物科技有限公司")
    visitor.answer("f_holdings-0-f_owner", "Anna Example")
    visitor.answer("f_holdings-0-f_party", "person")
    visitor.answer("f_holdings-0-f_right", "equity")
    visitor.answer("f_holdings-0-f_percent", "60")
    visitor.press_primary()
    visitor.arrives("/advice/beneficial-owners")
    visitor.page.wait_for_load_state()


def open_all(visitor: Visitor) -> None:
    """Open what is folded away."""
    for folded in visitor.page.locator("main details:not([open]) > summary:visible").all():
        if folded.is_visible():
            folded.click()


def public(park: Park, language: str) -> list[Stop]:
    """Return what anybody sees."""
    number = park.cases[TRACKED[language]]
    return [
        Stop("home", "/"),
        Stop("services", "/services"),
        Stop("services-found", "/services?q=名称"),
        Stop("services-nothing", "/services?q=zzzzzz"),
        Stop("guide", "/services/E_SET_LLC"),
        Stop("guide-talent", "/services/WP_NEW_ABROAD"),
        Stop("name-check", "/names/check"),
        Stop("name-refused", "/names/check?trade_name=中国&industry=科技"),
        Stop("name-free", "/names/check?trade_name=雁回样例&industry=生物科技"),
        Stop("register", "/register"),
        Stop("register-found", "/register?q=北京"),
        Stop("register-nothing", "/register?q=zzzzzz"),
        Stop("addresses", "/addresses"),
        Stop("addresses-nothing", "/addresses?building=99"),
        Stop("register-entry", f"/register/{park.credit_code}"),
        Stop("register-statistics", "/register/statistics"),
        Stop("verify", "/verify"),
        Stop("verify-no-file", "/verify", send("main form[enctype] button")),
        Stop("verify-not-ours", "/verify", give_a_file_to_verify),
        Stop("verified", f"/verify/{park.certificate}"),
        Stop("verify-unknown", "/verify/ABCD-2345-EFGH-6789"),
        Stop("track", "/track"),
        Stop("track-error", "/track?number=X"),
        Stop("track-word", f"/track?number={number}"),
        Stop("track-code", f"/track/{number}/code"),
        Stop("track-code-wrong", f"/track/{number}/code", _type_wrong_code),
        Stop(
            "track-details",
            f"/track/{number}/code",
            _enter_mailed_code(number, park.people["founder"]),
        ),
        *_advisers(),
        *_halls(park),
        Stop("help", "/help"),
        Stop("help-complaints", "/help/complaints"),
        Stop("help-accessibility", "/help/accessibility"),
        Stop("help-privacy", "/help/privacy"),
        Stop("sign-in", "/sign-in"),
        Stop("sign-in-error", "/sign-in", send_as_it_is),
        Stop("sign-up", "/sign-up"),
        Stop("sign-up-error", "/sign-up", send_as_it_is),
        Stop("sign-up-sent", "/sign-up/sent"),
        Stop("confirm", f"/account/confirm/{park.secrets['confirm']}"),
        Stop("confirm-spent", "/account/confirm/spent"),
        Stop("forgot", "/account/forgot"),
        Stop("forgot-sent", "/account/forgot/sent"),
        Stop("reset", f"/account/reset/{park.secrets['reset']}"),
        Stop("not-found", "/nowhere"),
    ]


def _advisers() -> list[Stop]:
    """Return the advisers, each before and after it is asked."""
    scope = "f_scope=BS001&f_scope=BS007&f_scope=BS088&f_scope=BS101"
    return [
        Stop("advice", "/advice"),
        Stop("advice-points", "/advice/points", open_all),
        Stop("advice-points-result", f"/advice/points?{POINTS}"),
        Stop("advice-points-error", "/advice/points", send_as_it_is),
        Stop("advice-category", "/advice/category"),
        Stop("advice-category-a", f"/advice/category?{PERSON}&f_a_by=market&f_a_by=young"),
        Stop("advice-category-none", f"/advice/category?{PERSON}"),
        Stop("advice-service", "/advice/service"),
        Stop("advice-service-next", "/advice/service?f_who=company&f_company=change"),
        Stop("advice-service-error", "/advice/service?f_who=x"),
        Stop("advice-service-result", "/advice/service?f_who=company&f_company=name"),
        Stop("advice-service-nothing", "/advice/service?f_who=person&f_person=room"),
        Stop("advice-owners", "/advice/beneficial-owners", open_all),
        Stop("advice-owners-error", "/advice/beneficial-owners", send_as_it_is),
        Stop("advice-owners-result", "/advice/beneficial-owners", _find_owners),
        Stop("advice-investment", "/advice/foreign-investment"),
        Stop(
            "advice-investment-result",
            f"/advice/foreign-investment?{scope}&f_place=other&f_investors=wholly",
        ),
    ]


def _halls(park: Park) -> list[Stop]:
    """Return the public pages of a hall, its kiosk, its board, and tickets in every state."""
    hall = f"/hall/{HALL}"
    return [
        Stop("halls", "/hall"),
        Stop("hall", hall),
        Stop("hall-of-saturdays", "/hall/exit-entry"),
        Stop("kiosk", f"{hall}/kiosk", open_all),
        Stop("kiosk-services", f"{hall}/kiosk/services", open_all),
        Stop("kiosk-services-error", f"{hall}/kiosk/services", send(".sd-kiosk-bar button")),
        Stop("poster", f"{hall}/poster"),
        Stop("join-poster", f"{hall}/join"),
        Stop("join-old-code", f"{hall}/join?code=old"),
        Stop("check-in", f"{hall}/check-in"),
        Stop("check-in-error", f"{hall}/check-in", send_as_it_is),
        Stop("kiosk-taken", f"{hall}/kiosk/{park.tickets['waiting']}"),
        Stop("board", f"{hall}/board"),
        Stop("board-counter", f"{hall}/board?counter=2"),
        *[
            Stop(f"ticket-{key}", f"/hall/tickets/{park.tickets[key]}", open_all)
            for key in ("waiting", "called", "held", "missed")
        ],
        *[
            Stop(f"appointment-link-{key}", f"/hall/appointments/{park.links[key]}")
            for key in ("booked", "offered")
        ],
        Stop("appointment-link-move", f"/hall/appointments/{park.links['booked']}/move"),
    ]


def applicant(park: Park, pages: list[str]) -> list[Stop]:
    """Return what an applicant sees; ``pages`` are those of the form."""
    draft, ready = f"/cases/{park.cases['draft']}", f"/cases/{park.cases['ready']}"
    back, mending = f"/cases/{park.cases['back']}", f"/cases/{park.cases['mending']}"
    approved, refused = f"/cases/{park.cases['approved']}", f"/cases/{park.cases['refused']}"
    promised = f"/cases/{park.cases['promised']}"
    return [
        Stop("matters", "/cases"),
        Stop("tasks-empty", draft),
        Stop("tasks-ready", ready),
        *[Stop(f"form-{key}-empty", f"{draft}/{key}") for key in ("name", "capital", "agent")],
        *[Stop(f"form-{key}", f"{ready}/{key}", open_all) for key in pages],
        Stop("form-capital-error", f"{draft}/capital", send_as_it_is),
        Stop("form-name-error", f"{draft}/name", send_as_it_is),
        Stop("papers-empty", f"{draft}/materials"),
        Stop("papers", f"{ready}/materials"),
        Stop("papers-error", f"{draft}/materials", send("form[enctype] button")),
        Stop("check-incomplete", f"{draft}/check"),
        Stop("check", f"{ready}/check"),
        Stop("check-error", f"{ready}/check", send_as_it_is),
        Stop("withdraw", f"{ready}/withdraw"),
        Stop("withdraw-error", f"{ready}/withdraw", send("main button.btn-danger")),
        Stop("sent", f"{back}/sent"),
        Stop("status-sent", back, open_all),
        Stop("status-message-error", back, send('form[action$="/messages"] button')),
        Stop("status-mending", mending),
        Stop("status-approved", approved),
        Stop("status-refused", refused),
        Stop("status-name", f"/cases/{park.cases['name']}"),
        Stop("status-hosted", f"/cases/{park.cases['hosted']}"),
        Stop("mend-shareholders", f"{mending}/capital"),
        Stop("mend-papers", f"{mending}/materials"),
        Stop("letter-correction", f"{mending}/letters/{park.letters['mending']}"),
        Stop("status-promised", promised),
        Stop("give", f"{promised}/commitments/{park.promises['degree']}"),
        Stop(
            "give-error",
            f"{promised}/commitments/{park.promises['degree']}",
            send("form[enctype] button"),
        ),
        Stop("letter-promise", f"{promised}/letters/{park.letters['promised']}"),
        Stop("letter-refused", f"{refused}/letters/{park.letters['refused']}"),
        Stop("enterprises", "/enterprises"),
        Stop("enterprise", f"/enterprises/{park.enterprise}"),
        Stop("obligations", f"/enterprises/{park.enterprise}/obligations", open_all),
        Stop("obligations-of-all", "/obligations"),
        Stop("obligations-address", "/obligations", send("#calendar ~ .sd-actions button")),
        Stop("obligations-with-address", "/obligations"),
        Stop("members", f"/enterprises/{park.enterprise}/members"),
        Stop("mandate-new", f"/enterprises/{park.enterprise}/mandates/new"),
        Stop("mandate-error", f"/enterprises/{park.enterprise}/mandates/new", send_as_it_is),
        Stop("appointments", "/appointments"),
        Stop("book", f"/hall/{HALL}/book"),
        Stop("book-times", "/hall/changping/book?line=advice&persons=1"),
        Stop("book-error", f"/hall/{HALL}/book?line=nothing&persons=99"),
        Stop("appointment-confirm", f"/appointments/{park.appointments['held']}/confirm"),
        Stop("appointment", f"/appointments/{park.appointments['booked']}"),
        Stop("appointment-move", f"/appointments/{park.appointments['booked']}/move"),
        Stop("appointment-offered", f"/appointments/{park.appointments['offered']}"),
        Stop("book-several", f"/hall/{HALL}/book?what=advice&what=WP_CAN&persons=3&language=en"),
        Stop("wait", f"/hall/{HALL}/wait?what=advice,WP_CAN&persons=3&language=en"),
        Stop("account", "/account"),
        Stop("account-password", "/account/password"),
        Stop("account-password-error", "/account/password", send_as_it_is),
        Stop("forbidden", "/desk"),
    ]


def newcomer(_park: Park) -> list[Stop]:
    """Return what somebody with a long name and nothing under way sees."""
    return [
        Stop("matters-none", "/cases"),
        Stop("enterprises-none", "/enterprises"),
        Stop("home-signed-in", "/"),
    ]


def agent(park: Park) -> list[Stop]:
    """Return what an agent with a mandate sees."""
    client = f"/enterprises/{park.enterprise}"
    return [
        Stop("enterprises-mandated", "/enterprises"),
        Stop("enterprise-mandated", client),
        Stop("mandate-give-up", f"{client}/mandates/{park.mandate}/give-up"),
    ]


def clerk(park: Park) -> list[Stop]:
    """Return what a clerk sees."""
    held, task = f"/desk/cases/{park.cases['held']}", park.tasks["held"]
    back, again = f"/desk/cases/{park.cases['back']}", park.tasks["back"]
    promised = f"/desk/cases/{park.cases['promised']}"
    waiting = f"/desk/hall/{HALL}/reception/tickets/{park.ticket_ids['waiting']}"
    return [
        Stop("inbox", "/desk"),
        Stop("inbox-mine", "/desk?view=mine"),
        Stop("inbox-waiting", "/desk?view=waiting"),
        Stop("inbox-nothing", "/desk?view=open&q=zzzzzz"),
        Stop("inbox-done", "/desk?view=done"),
        Stop("desk-unclaimed", f"/desk/cases/{park.cases['late']}"),
        Stop("desk-held", held, open_all),
        Stop("desk-note-error", held, send("#note button")),
        Stop("desk-back", back),
        Stop("desk-correct", f"{held}/tasks/{task}/correct"),
        Stop("desk-correct-error", f"{held}/tasks/{task}/correct", send_as_it_is),
        Stop("desk-correct-again", f"{back}/tasks/{again}/correct"),
        Stop("desk-refuse", f"{held}/tasks/{task}/do/refuse_acceptance"),
        Stop(
            "desk-refuse-error",
            f"{held}/tasks/{task}/do/refuse_acceptance",
            send("main .sd-actions button"),
        ),
        Stop("hall-appointments", _BOOKED),
        Stop("hall-book", _BOOK_FOR),
        Stop("hall-book-times", f"{_BOOK_FOR}?what=advice&persons=1&language=zh"),
        Stop("hall-appointment", f"{_BOOKED}/{park.appointments['booked']}"),
        Stop("hall-appointment-move", f"{_BOOKED}/{park.appointments['booked']}/move"),
        Stop("commitments", "/desk/commitments"),
        Stop("commitments-revoke", "/desk/commitments?view=revoke"),
        Stop("commitments-none", "/desk/commitments?view=overdue"),
        Stop("desk-promised", promised),
        Stop("desk-promise", f"{promised}/commitments/{park.promises['experience']}/not_kept"),
        Stop(
            "desk-promise-error",
            f"{promised}/commitments/{park.promises['experience']}/not_kept",
            send("main .sd-actions button"),
        ),
        Stop("counter", "/desk/counter"),
        Stop("counter-transfer", f"/desk/counter/tickets/{park.ticket_ids['called']}/transfer"),
        Stop("counter-service", f"/desk/counter/tickets/{park.ticket_ids['called']}/services"),
        Stop("counter-case", f"/desk/counter/tickets/{park.ticket_ids['called']}/case?find=R26"),
        Stop("counter-choose", f"/desk/counter/tickets/{park.ticket_ids['waiting']}/choose"),
        Stop(
            "counter-choose-error",
            f"/desk/counter/tickets/{park.ticket_ids['waiting']}/choose",
            send_as_it_is,
        ),
        Stop("reception", f"/desk/hall/{HALL}/reception", open_all),
        Stop("reception-none", f"/desk/hall/{HALL}/reception?number=X999"),
        Stop(
            "reception-ticket",
            f"/desk/hall/{HALL}/reception?number={park.numbers['held']}",
            open_all,
        ),
        Stop("reception-change", f"{waiting}/change"),
        Stop("reception-change-error", f"{waiting}/change", send_as_it_is),
        Stop("reception-paper", f"{waiting}/paper"),
        Stop("desk-hand-over", f"{held}/tasks/{task}/hand-over"),
        Stop("desk-approved", f"/desk/cases/{park.cases['approved']}"),
        Stop(
            "desk-letter", f"/desk/cases/{park.cases['refused']}/letters/{park.letters['refused']}"
        ),
    ]


def supervisor(park: Park) -> list[Stop]:
    """Return what a supervisor sees besides."""
    return [
        Stop("inbox-to-allow", "/desk?view=to_allow"),
        Stop("desk-second-list", f"/desk/cases/{park.cases['second_list']}"),
        Stop("counter-closed", "/desk/counter"),
        Stop("counter-closed-error", "/desk/counter", send_as_it_is),
        Stop("desk-halls", "/desk/hall"),
        Stop("desk-hall", f"/desk/hall/{HALL}", open_all),
        Stop("desk-hall-what-if", f"/desk/hall/{HALL}/what-if", open_all),
        Stop("desk-hall-messages", f"/desk/hall/{HALL}/messages"),
        Stop("desk-hall-messages-error", f"/desk/hall/{HALL}/messages", _send_own_words),
        Stop("desk-hall-help", f"/desk/hall/{HALL}/help"),
        Stop("desk-hall-move", f"/desk/hall/{HALL}/counters/8/move"),
        Stop("desk-hall-open", "/desk/hall/changping/counters/2/open"),
        Stop("desk-hall-end", f"/desk/hall/{HALL}/end"),
        Stop("desk-hall-days", f"/desk/hall/{HALL}/days"),
        Stop("desk-hall-day", f"/desk/hall/{HALL}/days/{park.hall_day}"),
        Stop("desk-to-revoke", f"/desk/cases/{park.cases['promised']}"),
    ]


def admin(_park: Park) -> list[Stop]:
    """Return what an administrator sees."""
    counters, lines = f"/admin/halls/{HALL}/counters", f"/admin/halls/{HALL}/lines"
    return [
        Stop("admin", "/admin"),
        Stop("admin-notices", "/admin/notices"),
        Stop("admin-counters", counters),
        Stop("admin-counter", f"{counters}/8"),
        Stop("admin-counter-error", f"{counters}/new", send("main .sd-actions button")),
        Stop("admin-lines", lines),
        Stop("admin-line-error", f"{lines}/new", send("main .sd-actions button")),
        Stop("admin-figures", f"{lines}/figures"),
    ]
