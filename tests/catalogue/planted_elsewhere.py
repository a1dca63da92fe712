"""Faults of figures, words, settings and how examples go, each with words of what is found."""

from tests.catalogue.changes import (
    ACCEPTED,
    OWN,
    Change,
    accept,
    decide,
    field,
    fields,
    group_with_total,
    limit,
    money,
    review,
    second_task,
    setting,
)
from tests.catalogue.factories import text

FAULTS: dict[str, tuple[Change, str]] = {
    "no stages": (lambda d: d.update(stages=[]), "would be approved unseen"),
    "no pages": (lambda d: d.update(pages=[], title_from=[]), "nobody can apply"),
    "a number that only conditional tasks could reach": (
        lambda d: (
            decide(d).update(when={"==": [{"var": "kind"}, "own"]}),
            second_task(d, when={"==": [{"var": "kind"}, "rented"]}),
            d["stages"][1].update(join="n_of_m", n=2),
        ),
        "only 0 always apply",
    ),
    "a misspelt certificate": (
        lambda d: d["result"].update(effect="none", certificate="notise"),
        "names no certificate: 'notise'",
    ),
    "a certificate that no effect issues": (
        lambda d: d["result"].update(certificate="notice"),
        "no certificate is issued",
    ),
    "no letter of receipt": (lambda d: d["letters"].pop("receipt"), "lacks the letter 'receipt'"),
    "no letter of withdrawal": (
        lambda d: d["letters"].pop("withdrawn"),
        "lacks the letter 'withdrawn'",
    ),
    "a promise beyond the law": (
        lambda d: d["clock"]["committed"].update(working_days=21),
        "longer than the law allows: 21 > 20",
    ),
    "an extension nobody signs": (
        lambda d: d["clock"]["legal"].pop("extend_by"),
        "who signs the extension?",
    ),
    "a negative extension": (
        lambda d: d["clock"]["legal"].update(extend=-1),
        "is less than none: -1",
    ),
    "a paper that followed before": (
        lambda d: d["materials"][0].update(may_follow={"working_days": -3, "source": "L_ALL"}),
        "is less than none: -3",
    ),
    "a paper without time to follow": (
        lambda d: d["materials"][0].update(may_follow={"working_days": 0, "source": "L_ALL"}),
        "leaves no time to follow",
    ),
    "a promise that nobody checks": (
        lambda d: d["materials"][0].update(need="by_promise"),
        "promise_check: is missing: promises are checked by nobody",
    ),
    "a promise that the machine checks": (
        lambda d: d.update(
            promise_check={"department": "market", "duty": "machine", "limit": limit()}
        ),
        "promise_check.duty: is no person's: promises are checked by nobody",
    ),
    "a paper that follows to nobody": (
        lambda d: (
            d["materials"][0].update(may_follow={"working_days": 3, "source": "L_ALL"}),
            accept(d).update(duty="machine"),
            decide(d).update(duty="machine"),
        ),
        "is looked at by nobody: the machine decides at once",
    ),
    "an example that approves before its paper has followed": (
        lambda d: (
            d["materials"][0].update(may_follow={"working_days": 3, "source": "L_ALL"}),
            d["examples"][1].update(materials=[], steps=ACCEPTED),
        ),
        "steps[1]: approves before these papers have followed: passport",
    ),
    "an example that brings what nobody waits for": (
        lambda d: d["examples"][1]["steps"].insert(
            1, ["2026-03-03", "applicant", {"brings": ["passport"]}]
        ),
        "brings 'passport', which nobody waits for",
    ),
    "an example that brings a paper too early": (
        lambda d: (
            d["materials"][0].update(may_follow={"working_days": 3, "source": "L_ALL"}),
            d["examples"][1].update(materials=[]),
            d["examples"][1]["steps"].insert(
                0, ["2026-03-03", "applicant", {"brings": ["passport"]}]
            ),
        ),
        "steps[0]: comes before the acceptance",
    ),
    "a negative fee": (lambda d: d["fee"].update(amount=-1), "is less than none: -1"),
    "a text of less than nothing": (
        lambda d: fields(d)[0].update(min=-2),
        "counts to less than nothing",
    ),
    "a limit for some that does not say for whom": (
        lambda d: accept(d).update(limit=[limit(when=OWN)]),
        "tell readers when this limit holds",
    ),
    "a limit behind one that always holds": (
        lambda d: accept(d).update(limit=[limit(), limit()]),
        "those after it never count",
    ),
    "a limit of the clock for some": (
        lambda d: d["clock"]["committed"].update(when=OWN, when_words=text()),
        "means nothing for the clock",
    ),
    "money with a least above the most": (
        lambda d: fields(d).append(money(min=9, max=3)),
        "is more than max: 9 > 3",
    ),
    "a number with a least above the most": (
        lambda d: fields(d).append(field("number", min=9, max=3)),
        "is more than max: 9 > 3",
    ),
    "a date that ends before it begins": (
        lambda d: fields(d).append(field("date", earliest_days=3, latest_days=1)),
        "is more than latest_days: 3 > 1",
    ),
    "money without a currency": (
        lambda d: fields(d).append(money(currencies=[])),
        "names no currency",
    ),
    "money of no country": (
        lambda d: fields(d).append(money(currencies=["RMB"])),
        "names no currency of ISO 4217: 'RMB'",
    ),
    "a prefill nobody knows": (
        lambda d: fields(d)[0].update(prefill="person.shoe_size"),
        "'person.shoe_size', which nobody knows",
    ),
    "files filled in from before": (
        lambda d: fields(d).append(
            {"key": "paper", "kind": "files", "label": text(), "prefill": "earlier"}
        ),
        "asks for files, which are given anew each time",
    ),
    "files asked of an officer": (
        lambda d: d["stages"][0]["tasks"][0].update(
            fields=[{"key": "scan", "kind": "files", "label": text()}]
        ),
        "asks the officer for files",
    ),
    "a total that reaches for nothing": (
        lambda d: fields(d).append(group_with_total(target="captial")),
        "total.target: names no question about money: 'captial'",
    ),
    "a total of words": (
        lambda d: fields(d).append(group_with_total(field="name", target="kind")),
        "total.field: names no question about money: 'name'",
    ),
    **{
        f"a guide without {element}": (
            lambda d, element=element: d["guide"].update({element: []}),  # type: ignore[misc]
            f"guide.{element}: says nothing",
        )
        for element in ("legal_basis", "conditions", "handling", "review")
    },
    "materials that somebody requires": (
        lambda d: d["guide"]["conditions"].append(text("Have it", "身份证明及市监局要求的材料")),
        "is vague: '要求的材料'",
    ),
    "materials and so on": (
        lambda d: d["materials"][0].update(note=text("Passport, visa, etc.", "护照、签证")),
        "is vague: 'etc.'",
    ),
    "a yes or no compared with a word": (
        lambda d: fields(d).extend(
            [field("yes_no", key="agent"), field("text", when={"==": [{"var": "agent"}, "yes"]})]
        ),
        "compares 'agent' with 'yes', no answer to it",
    ),
    "a yes or no compared with a number": (
        lambda d: fields(d).extend(
            [field("yes_no", key="agent"), field("text", when={"==": [{"var": "agent"}, 1]})]
        ),
        "compares 'agent' with 1, no answer to it",
    ),
    "a choice compared with a number": (
        lambda d: fields(d)[2].update(when={"==": [{"var": "kind"}, 1]}),
        "compares 'kind' with 1, no answer to it",
    ),
    "a choice compared with a truth": (
        lambda d: fields(d)[2].update(when={"==": [{"var": ["kind"]}, True]}),
        "compares 'kind' with True, no answer to it",
    ),
    "a source nobody knows": (
        lambda d: d["fee"].update(source="L_ALLL"),
        "fee.source: names the unknown source 'L_ALLL'",
    ),
    "a decision by who examined": (
        lambda d: decide(d).pop("not_who_did"),
        "not_who_did: lacks 'accept'",
    ),
    "a decision by one of two who examined": (
        lambda d: d["stages"].insert(1, review()),
        "not_who_did: lacks 'look'",
    ),
    "a conditional material without its case in words": (
        lambda d: d["materials"][1].pop("when_words"),
        "tell readers of the guide when that is",
    ),
    "a setting nothing reads": (
        lambda d: d.update(settings={"idle": setting(3)}),
        "settings.idle: is read by nothing",
    ),
    "a setting that sets nothing": (
        lambda d: d.update(settings={"days": setting(3, sets=["clock.comitted.working_days"])}),
        "names no figure: 'clock.comitted.working_days'",
    ),
    "a setting that says other than its figure": (
        lambda d: d.update(settings={"days": setting(4, sets=["clock.committed.working_days"])}),
        "clock.committed.working_days says 3, the setting 4",
    ),
    "a text that inserts nothing": (
        lambda d: d["guide"].update(objects=text("{days} days", "{days} 日")),
        "inserts the unknown setting 'days'",
    ),
    "a text that inserts what is not known yet": (
        lambda d: d.update(
            settings={"days": setting(None)},
            guide={**d["guide"], "objects": text("{days} days", "{days} 日")},
        ),
        "inserts the setting 'days', which has no value",
    ),
    "no example of an approval": (
        lambda d: d["examples"].pop(0),
        "examples: lacks one that ends 'approved'",
    ),
    "no example of a refusal": (
        lambda d: d["examples"].pop(1),
        "examples: lacks one that ends 'refused'",
    ),
    "no example of a correction": (
        lambda d: d["examples"].__setitem__(0, {**d["examples"][0], "steps": ACCEPTED}),
        "examples: lacks one with a correction",
    ),
    "an example that answers too little": (
        lambda d: d["examples"][1]["answers"].pop("kind"),
        "examples[refused].answers.kind: is not answered",
    ),
    "an example that answers what is not asked": (
        lambda d: d["examples"][1]["answers"].update(landlord="Zhou"),
        "answers.landlord: is answered, but not asked",
    ),
    "an example whose answer cannot be one": (
        lambda d: d["examples"][1]["answers"].update(full_name="x" * 201),
        "answers.full_name: This has 201 characters",
    ),
    "an example without its papers": (
        lambda d: d["examples"][1].update(materials=[]),
        "materials: lacks 'passport'",
    ),
    "an example that takes a task which is not open": (
        lambda d: d["examples"][1].update(steps=[["2026-03-03", "decide", "refuse"]]),
        "examples[refused].steps[0]: the task 'decide' is not open now; open: accept",
    ),
    "an example that comes to another end": (
        lambda d: d["examples"][1]["steps"].__setitem__(1, ["2026-03-03", "decide", "approve"]),
        "expect.outcome: says refused, the steps end approved",
    ),
    "an example that expects other letters": (
        lambda d: d["examples"][1]["expect"].update(letters=["refused"]),
        "expect.letters: says refused, the steps bring receipt, accepted, refused",
    ),
    "an example that counts a rest day": (
        lambda d: d["examples"][1]["expect"].update(committed_due="2026-03-07"),
        "expect.committed_due: says 2026-03-07, by the calendar it is 2026-03-06",
    ),
    "an example that forgets a holiday": (
        lambda d: d["examples"][1]["expect"].update(legal_due="2026-03-30"),
        "expect.legal_due: says 2026-03-30, by the calendar it is 2026-03-31",
    ),
    "an example that is accepted before its correction": (
        lambda d: d["examples"][0]["expect"].update(accepted_on="2026-03-02"),
        "expect.accepted_on: says 2026-03-02, by the calendar it is 2026-03-03",
    ),
    "an example with a day for a limit that is not there": (
        lambda d: (
            d["clock"].update(legal=None),
            d["examples"][1]["expect"].update(legal_due="2026-03-30"),
        ),
        "expect.legal_due: says 2026-03-30, by the calendar it is no day",
    ),
    "an example sent nowhere in the world": (
        lambda d: d["examples"][1].update(at="2026-03-02T09:00"),
        "at: is no moment: '2026-03-02T09:00'; write 2026-03-02T09:00+08:00",
    ),
    "an example with a step on no day": (
        lambda d: d["examples"][1]["steps"][0].__setitem__(0, "Tuesday"),
        "steps[0]: is no moment: 'Tuesday'; write 2026-03-02T11:00+08:00",
    ),
    "an example whose steps go back in time": (
        lambda d: d["examples"][1]["steps"][1].__setitem__(0, "2026-03-02"),
        "steps[1]: is earlier than what came before it: 2026-03-02 < 2026-03-03T10:00+08:00",
    ),
}
