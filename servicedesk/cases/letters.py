"""The letters a case brings: their titles and sentences.

Pure table.  A letter is stored as its facts; these words are put round them, in both
languages, whenever it is read.  Additions and remedies of one service are in its
definition.  Remedies: 行政许可法 art. 38; 60 days and 6 months: clock_rules.yaml,
licensing_law.remedies [L_ARL].
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from servicedesk.cases.turning_away import Kind
from servicedesk.catalogue.definition import Letter, LetterKind, Service
from servicedesk.park import park
from servicedesk.words import Text, Words, say


@dataclass(frozen=True)
class LetterWords:
    """A letter's title, what the mail's subject says, and its sentences in order."""

    title: Words
    subject: Words
    sentences: tuple[Words, ...]
    is_from_desk: bool = False  # signed by the desk; the others by the office that acted


class Variant(StrEnum):
    """What a letter of some kind says in special circumstances; kept as the fact ``variant``."""

    BY_SILENCE = "by_silence"  # an acceptance that the law supposes, as nobody answered
    AGAIN = "again"  # a receipt for an application that was mended
    BY_EACH = "by_each"  # a refusal where several authorities decided, each on what is its own
    APPROVAL_REVOKED = "approval_revoked"  # a revocation of what brought no certificate
    RENEWED = "renewed_by_silence"  # an approval that the law supposes, as nobody decided


class OwnKind(StrEnum):
    """Letters that every service has: no definition adds to them or leaves one out."""

    STOPPED = "stopped"
    RESUMED = "resumed"
    EXTENDED = "extended"
    REOPENED = "reopened"
    PAPER_AGAIN = "paper_again"
    PROMISE_NOT_KEPT = "promise_not_kept"
    PROMISE_FALSE = "promise_false"
    RULING_DEEMED = "ruling_deemed"


_K = LetterKind
_COUNTED_ANEW: Final = frozenset(  # letters that say by when we decide from now on
    {_K.ACCEPTED, Variant.AGAIN, OwnKind.RESUMED, OwnKind.EXTENDED, OwnKind.REOPENED}
)
_DECIDED_BY: Final = ("legal_due", "committed_due")
_TIMES_BELOW: Final = say("We decide within the times given below.")  # where any is given

TELL_THE_FEE: Final = frozenset({_K.RECEIPT, _K.ACCEPTED})

LETTERS: Final[dict[str, LetterWords]] = {
    _K.RECEIPT: LetterWords(
        say("Receipt of application papers"),
        say("We have your application %(reference)s"),
        (
            say("We received your application on %(on)s, whole, with %(documents)s documents."),
            say("You can follow it under the number %(reference)s."),
        ),
        is_from_desk=True,
    ),
    Variant.AGAIN: LetterWords(
        say("Receipt of corrections"),
        say("We have the corrections to your application %(reference)s"),
        (
            say("We received your corrections on %(on)s, with %(documents)s documents in all."),
            say("We look at what you mended and write to you."),
            _TIMES_BELOW,
        ),
        is_from_desk=True,
    ),
    Variant.BY_SILENCE: LetterWords(
        say("Notice of acceptance"),
        say("Your application %(reference)s is accepted"),
        (
            say(
                "We did not tell you within %(days)s working days of receiving your papers that"
                " anything was missing. Your application therefore counts as accepted from"
                " %(since)s, the day we received them (Administrative Licensing Law, art. 32)."
            ),
            _TIMES_BELOW,
        ),
    ),
    _K.ACCEPTED: LetterWords(
        say("Notice of acceptance"),
        say("Your application %(reference)s is accepted"),
        (
            say("Your application was accepted on %(on)s. The day of acceptance does not count."),
            _TIMES_BELOW,
        ),
    ),
    _K.CORRECTION: LetterWords(
        say("Notice of corrections"),
        say("Application %(reference)s: mend what is on this list"),
        (
            say("Your application needs the corrections below. This is the whole list."),
            say("Only these places are open; the rest stays as it is."),
            say("Our clock stands until you send the application again."),
        ),
    ),
    _K.NOT_ACCEPTED: LetterWords(
        say("Notice of non-acceptance"),
        say("Your application %(reference)s is not accepted"),
        (say("We do not accept your application, for the reason below."),),
    ),
    Kind.NOT_NEEDED: LetterWords(
        say("Notice of non-acceptance"),
        say("Your application %(reference)s is not accepted"),
        (
            say(
                "What you want to do needs no application by law. We therefore do not accept"
                " yours, for the reason below."
            ),
        ),
    ),
    Kind.NOT_COMPETENT: LetterWords(
        say("Notice of non-acceptance"),
        say("Your application %(reference)s is not accepted"),
        (
            say("We are not competent for your application and do not accept it."),
            say("Apply to the body that is: %(body)s."),
        ),
    ),
    Kind.CONDITIONS: LetterWords(
        say("Notice of non-acceptance"),
        say("Your application %(reference)s is not accepted"),
        (
            say(
                "Your application does not meet the conditions of acceptance. We do not accept"
                " it, for the reason below."
            ),
        ),
    ),
    _K.APPROVED: LetterWords(
        say("Notice of decision: approved"),
        say("Your application %(reference)s is approved"),
        (say("Your application was approved on %(on)s."),),
    ),
    Variant.RENEWED: LetterWords(
        say("Notice of decision: renewal deemed granted"),
        say("The renewal you applied for (%(reference)s) counts as granted"),
        (
            say(
                "We did not decide on your application by %(until)s, the last day of your old"
                " permit. By law (%(basis)s) the renewal therefore counts as granted."
            ),
        ),
    ),
    _K.REFUSED: LetterWords(
        say("Notice of decision: refused"),
        say("Your application %(reference)s is refused"),
        (say("Your application was refused on %(on)s, for the reason below."),),
    ),
    Variant.BY_EACH: LetterWords(
        say("Notice of decisions"),
        say("Your application %(reference)s is decided"),
        (
            say(
                "Your application was decided on %(on)s. Each authority decided on what is its"
                " own; what came out is not all in your favour. Below is what each decided."
            ),
        ),
    ),
    _K.WITHDRAWN: LetterWords(
        say("Confirmation of withdrawal"),
        say("Your application %(reference)s is withdrawn"),
        (say("You withdrew your application on %(on)s. Nothing more will happen to it."),),
        is_from_desk=True,
    ),
    _K.REVOKED: LetterWords(
        say("Notice of revocation"),
        say("The certificate of your application %(reference)s is revoked"),
        (
            say("The certificate %(certificate)s was revoked on %(on)s, for the reason below."),
            say("It is not in force any more. Whoever verifies it reads that, and the reason."),
        ),
    ),
    Variant.APPROVAL_REVOKED: LetterWords(
        say("Notice of revocation"),
        say("The approval of your application %(reference)s is revoked"),
        (
            say("The approval of your application was revoked on %(on)s, for the reason below."),
            say("It is not in force any more."),
        ),
    ),
    _K.DELIVERED: LetterWords(
        say("Record of delivery"),
        say("The result of your application %(reference)s is handed over"),
        (
            say("The result of your application was handed over on %(on)s: %(how)s."),
            say("It was taken by: %(to)s."),
        ),
    ),
    OwnKind.STOPPED: LetterWords(
        say("Notice of time that is not counted"),
        say("Application %(reference)s: our clock stands"),
        (
            say("Before we can decide, this is needed: %(matter)s."),
            say(
                "The time for it is not counted (%(basis)s). Our clock stands from %(on)s on. We"
                " expect it to take %(days)s working days, until %(expected)s."
            ),
            say("You need not do anything. We write to you when the clock goes on."),
        ),
    ),
    OwnKind.RESUMED: LetterWords(
        say("Notice that the clock goes on"),
        say("Application %(reference)s: our clock goes on"),
        (
            say("This is over: %(matter)s. Our clock goes on."),
            _TIMES_BELOW,
        ),
    ),
    OwnKind.EXTENDED: LetterWords(
        say("Notice of extension"),
        say("Application %(reference)s: the time to decide is extended"),
        (
            say(
                "We cannot decide within the legal limit, for the reason below. It is extended by"
                " %(time)s, by permission of: %(who)s."
            ),
            say("What we promised stays promised; by law we now have until the day given below."),
        ),
    ),
    OwnKind.REOPENED: LetterWords(
        say("Notice that a case is opened again"),
        say("We take up your application %(reference)s again"),
        (
            say(
                "We took up your application again on %(on)s, for the reason below. It follows"
                " from this: %(ground)s. The earlier decision no longer stands."
            ),
            say("Our clock begins anew."),
            _TIMES_BELOW,
        ),
    ),
    OwnKind.RULING_DEEMED: LetterWords(
        say("Notice that a renewal counts as granted"),
        say("The renewal you applied for (%(reference)s) counts as granted"),
        (
            say(
                "We did not decide by %(until)s, the last day of your old permit, on this:"
                " %(what)s. By law (%(basis)s) its renewal therefore counts as granted."
            ),
            say("What you applied for besides is still to be decided. We write to you when it is."),
        ),
    ),
    OwnKind.PAPER_AGAIN: LetterWords(
        say("Notice about a paper that followed"),
        say("Application %(reference)s: give a paper again"),
        (
            say("You gave this paper after the acceptance: %(paper)s. It is not in order."),
            say(
                "Give it again by %(until)s, on the page of your application. Without it we"
                " cannot approve your application."
            ),
        ),
    ),
    OwnKind.PROMISE_NOT_KEPT: LetterWords(
        say("Notice to put a promise right"),
        say("Application %(reference)s: put right what you promised"),
        (
            say(
                "Instead of giving this paper you promised that what it says is so: %(paper)s."
                " We checked it on %(on)s. The promise is not kept, for the reason below."
            ),
            say(
                "Put it right by %(until)s: give the paper on the page of your application."
                " Otherwise the approval is revoked (%(basis)s)."
            ),
        ),
    ),
    OwnKind.PROMISE_FALSE: LetterWords(
        say("Notice of a false promise"),
        say("Application %(reference)s: a promise was found false"),
        (
            say(
                "Instead of giving this paper you promised that what it says is so: %(paper)s."
                " We checked it on %(on)s. The promise was false, for the reason below."
            ),
            say(
                "What is approved on a false promise is revoked, and the promise is entered in"
                " the credit record (%(basis)s). A letter of its own tells you of the revocation."
            ),
        ),
    ),
}


def words_of(kind: str, facts: Mapping[str, Any]) -> LetterWords:
    """Return the words of a letter of ``kind`` with these facts."""
    return LETTERS[facts.get("variant") or kind]


def sentences_of(kind: str, facts: Mapping[str, Any]) -> tuple[Words, ...]:
    """Return what the letter says: of times below only where it gives one.

    An application that is not accepted yet has none by which it is decided.
    """
    told = words_of(kind, facts).sentences
    is_dated = tells_dues(kind, facts) and any(facts.get(key) for key in _DECIDED_BY)
    return told if is_dated else tuple(one for one in told if one is not _TIMES_BELOW)


def tells_dues(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether a letter says by when the application is decided."""
    return kind in _COUNTED_ANEW or facts.get("variant") in _COUNTED_ANEW


def dues(kind: str, facts: Mapping[str, Any]) -> list[datetime]:
    """Return every due moment that a letter tells, of the desk's and of the reader's duties."""
    counted = _DECIDED_BY if tells_dues(kind, facts) else ()
    told = [facts.get(key) for key in (*counted, "expected", "until", "hand_over_by")]
    told += [
        one["due"] for key in ("follow", "promised", "ruling_dues") for one in facts.get(key) or ()
    ]
    return [datetime.fromisoformat(one) for one in told if one]


REMEDIES: Final[dict[str, Words]] = {
    "reconsideration": say(
        "You may apply for administrative reconsideration within 60 days of receiving this letter."
    ),
    "litigation": say("You may go to the people's court within 6 months of receiving this letter."),
}


def plan_of(service: Service, kind: LetterKind | OwnKind) -> Letter | None:
    """Return what the definition says of the letter; None: the service has no such letter.

    Who may contest a refusal may contest a revocation: where nothing is said of it, it has
    what the refusal has.  So it can be told of cases whose definition does not know it.
    """
    if isinstance(kind, OwnKind):
        return Letter()
    plan = service.letters.get(kind)
    if plan is None and kind is LetterKind.REVOKED:
        return service.letters.get(LetterKind.REFUSED, Letter())
    return plan


def office(service: Service, department: str) -> Text:
    """Return the office that signs what ``department`` does: the authority, by its full name."""
    acting = park().departments[department]
    return park().departments[service.department].full if acting.is_window else acting.full
