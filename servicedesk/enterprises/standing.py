"""What may be applied for about an enterprise, and why not: a table of bars.

Pure.  Each row says which kinds of filing it bars, when, and in words what to do instead; the
first that holds is told.  The same table is asked by the page of the enterprise, by the form, at
the sending and at the decision.

Sources: domain/enterprise_services.yaml (E_DEREG_S, E_DEREG_BR, E_SUSP, E_CHG_*);
what one application bars another from is ours: two of them would overwrite each other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from servicedesk.enterprises.filing_words import kind_words
from servicedesk.enterprises.noted_branches import NOTE_BRANCH, UNNOTE_BRANCH
from servicedesk.enterprises.register_changes import RESUME, is_resumed
from servicedesk.words import Words, say


@dataclass(frozen=True)
class Standing:
    """What the register knows of an enterprise when something is asked of it."""

    state: str  # registered, suspended, revoked, deregistered
    org_form: str  # org_forms.csv
    is_foreign: bool = False  # somebody from abroad owns a part of it, or once did
    under_way: Mapping[str, date] = field(default_factory=dict)  # kinds of filing, since when
    ahead: Mapping[str, date] = field(default_factory=dict)  # that are filed and take effect later
    branches: int = 0  # registered here and not ended
    noted: int = 0  # branches noted on its own licence
    invests_in: int = 0  # enterprises here of which it is an owner


@dataclass(frozen=True)
class Bar:
    """When some kinds of filing are not possible, and what is said then."""

    kinds: frozenset[str]
    holds: Callable[[Standing], bool]
    words: Callable[[Standing], Words]


DEREGISTRATIONS: Final = frozenset(["deregister", "deregister_simply", "deregister_branch"])
_OWNERSHIP: Final = frozenset(
    ["increase_capital", "decrease_capital", "change_shareholders", "change_type"]
)
_CHANGES: Final = _OWNERSHIP | {
    "change_name", "change_address", "change_legal_representative", "change_scope",
    "file_particulars", "reissue_licence", NOTE_BRANCH, UNNOTE_BRANCH,
}  # fmt: skip
_INVESTED: Final = "report_foreign_investment"
_INVESTED_NO_MORE: Final = f"{_INVESTED}: ended"  # what is left to report once it has ended
REPORTS: Final = frozenset(
    ["report_year", "report_quarter", _INVESTED, _INVESTED_NO_MORE, "file_beneficial_owners"]
)
_RESTS: Final = frozenset(["suspend", RESUME])
REGISTER_BRANCH: Final = "register_branch"
_BRANCHING: Final = frozenset([REGISTER_BRANCH])
KINDS: Final = _CHANGES | REPORTS | _RESTS | _BRANCHING | DEREGISTRATIONS
_COMPANIES: Final = frozenset(["llc", "llc_sole", "llc_fie", "jsc"])
LIMITED: Final = _COMPANIES - {"jsc"}


def _is(*states: str) -> Callable[[Standing], bool]:
    return lambda standing: standing.state in states


def _form_not_in(forms: frozenset[str]) -> Callable[[Standing], bool]:
    return lambda standing: standing.org_form not in forms


def _runs(kinds: frozenset[str]) -> Callable[[Standing], bool]:
    return lambda standing: bool(kinds & standing.under_way.keys())


def _since(kinds: frozenset[str]) -> Callable[[Standing], Words]:
    def words(standing: Standing) -> Words:
        kind, day = next((kind, day) for kind, day in standing.under_way.items() if kind in kinds)
        return say(
            "Under way since %(day)s: %(what)s. Let it be decided, or withdraw it first.",
            what=kind_words(kind),
            day=day,
        )

    return words


def _told(words: Words) -> Callable[[Standing], Words]:
    return lambda standing: words  # noqa: ARG005 - one shape for all


BARS: Final = (
    Bar(
        KINDS - {_INVESTED_NO_MORE},
        _is("deregistered"),
        _told(say("The enterprise is deregistered. Nothing can be changed any more.")),
    ),
    Bar(
        KINDS - {"deregister", "deregister_branch", UNNOTE_BRANCH},
        _is("revoked"),
        _told(
            say(
                "The licence was revoked. The enterprise can only be ended, by an ordinary "
                "deregistration."
            )
        ),
    ),
    Bar(
        _RESTS,
        lambda standing: "suspend" in standing.ahead,
        lambda standing: say(
            "A suspension is filed already and begins on %(day)s. The registrar can withdraw it.",
            day=standing.ahead["suspend"],
        ),
    ),
    Bar(_CHANGES | _RESTS | _BRANCHING, _runs(DEREGISTRATIONS), _since(DEREGISTRATIONS)),
    Bar(DEREGISTRATIONS, _runs(_CHANGES | _RESTS), _since(_CHANGES | _RESTS)),
    Bar(DEREGISTRATIONS, _runs(DEREGISTRATIONS), _since(DEREGISTRATIONS)),
    Bar(_OWNERSHIP, _runs(_OWNERSHIP), _since(_OWNERSHIP)),
    Bar(_RESTS, _runs(_RESTS), _since(_RESTS)),
    Bar(
        frozenset([RESUME]),
        lambda standing: standing.state != "suspended",
        _told(say("Its business does not rest.")),
    ),
    Bar(
        frozenset(["deregister", "deregister_simply"]),
        lambda standing: standing.branches + standing.noted > 0,
        lambda standing: say(
            "Branches that are still registered: %(count)s. Deregister them first.",
            count=standing.branches + standing.noted,
        ),
    ),
    Bar(
        frozenset(["deregister_simply"]),
        lambda standing: standing.invests_in > 0,
        lambda standing: say(
            "Enterprises here of which it is an owner: %(count)s. Who invests in others cannot be "
            "deregistered simply (Implementing Rules, art. 48).",
            count=standing.invests_in,
        ),
    ),
    Bar(
        frozenset(["deregister", "deregister_simply"]),
        lambda standing: standing.org_form == "branch",
        _told(say("This is a branch. Use the deregistration of a branch.")),
    ),
    Bar(
        frozenset(["deregister_branch"]),
        lambda standing: standing.org_form != "branch" and standing.branches + standing.noted == 0,
        _told(say("No branch of it is registered here.")),
    ),
    Bar(
        frozenset([UNNOTE_BRANCH]),
        lambda standing: standing.noted == 0,
        _told(say("No branch is noted on its licence.")),
    ),
    Bar(
        frozenset(["increase_capital", "decrease_capital", "change_type"]),
        _form_not_in(_COMPANIES),
        _told(say("Only a company has registered capital and a type that can be changed so.")),
    ),
    Bar(
        frozenset(["change_shareholders"]),
        _form_not_in(LIMITED),
        _told(say("Only a limited company registers its shareholders.")),
    ),
    Bar(
        frozenset([_INVESTED, _INVESTED_NO_MORE]),
        lambda standing: not standing.is_foreign,
        _told(
            say(
                "The register knows no investor from abroad in this enterprise. If one has come "
                "in, have that registered first."
            )
        ),
    ),
)


def bar(kind: str, standing: Standing) -> Words | None:
    """Return why an enterprise cannot have a filing of this kind now; None: it can.

    >>> bar("change_name", Standing("registered", "llc")) is None
    True
    """
    if kind in standing.under_way:
        return _since(frozenset([kind]))(standing)
    return next((one.words(standing) for one in BARS if _applies(one, kind, standing)), None)


def as_asked(kind: str, given: Mapping[str, Any]) -> str:
    """Return as what a filing with these answers is barred.

    That an enterprise with investors from abroad has ended is reported when it has; that its
    business goes on is filed while it rests.
    """
    if kind == "suspend" and is_resumed(given):
        return RESUME
    is_of_end = kind == _INVESTED and given.get("kind") == "deregistration"
    return _INVESTED_NO_MORE if is_of_end else kind


def bar_to_all(kind: str, standing: Standing) -> Words | None:
    """Return why no filing of this kind is possible, whatever is answered; None: one is."""
    reason = bar(kind, standing)
    return bar(_INVESTED_NO_MORE, standing) if reason and kind == _INVESTED else reason


def _applies(one: Bar, kind: str, standing: Standing) -> bool:
    return kind in one.kinds and one.holds(standing)


def bars(kinds: Iterable[str], standing: Standing) -> dict[str, Words | None]:
    """Return for each kind why it is not possible now; None where it is."""
    return {kind: bar(kind, standing) for kind in kinds}
