"""Faults of the way, the names and the examples, each with words of what is found."""

from tests.catalogue.changes import Change, accept, decide, example, fields, second_task
from tests.catalogue.factories import text

FAULTS: dict[str, tuple[Change, str]] = {
    "a stage nobody reaches": (
        lambda d: accept(d)["actions"].update(accept="end.refused"),
        "is never reached",
    ),
    "an action into nowhere": (
        lambda d: accept(d)["actions"].update(accept="nowhere"),
        "'nowhere', which does not exist",
    ),
    "a stage that never ends": (
        lambda d: (
            accept(d).update(actions={"accept": "next"}),
            decide(d).update(actions={"send_back": "acceptance"}),
        ),
        "never comes to an end",
    ),
    "corrections that lead on": (
        lambda d: accept(d)["actions"].update(correct="next"),
        "lead to the applicant",
    ),
    "a task without way on": (
        lambda d: accept(d).update(actions={"correct": "applicant"}),
        "never on",
    ),
    "sending back forwards": (
        lambda d: accept(d)["actions"].update(send_back="decision"),
        "sends back to a later stage",
    ),
    "a decision before the acceptance": (
        lambda d: d["stages"].insert(
            0, {**d["stages"][1], "key": "early", "tasks": [{**decide(d), "key": "early"}]}
        ),
        "comes before the acceptance",
    ),
    "turning away afterwards": (
        lambda d: decide(d)["actions"].update(refuse_acceptance="end.not_accepted"),
        "comes after the acceptance",
    ),
    "an acceptance that may be passed over": (
        lambda d: accept(d).update(when={"==": [{"var": "kind"}, "own"]}),
        "may be passed over",
    ),
    "more tasks asked for than there are": (
        lambda d: d["stages"][1].update(join="n_of_m", n=2),
        "must be 1 to 1",
    ),
    "no number of tasks": (lambda d: d["stages"][1].update(join="n_of_m"), "must be 1 to 1"),
    "a number that may be out of reach": (
        lambda d: (
            second_task(d, when={"==": [{"var": "kind"}, "own"]}),
            d["stages"][1].update(join="n_of_m", n=2),
        ),
        "only 1 always apply",
    ),
    "a number without its join": (lambda d: d["stages"][1].update(n=1), "means nothing"),
    "waiting for a rejection nobody can make": (
        lambda d: (
            d["stages"][1].update(join="first_reject"),
            decide(d).update(actions={"approve": "end.approved"}),
        ),
        "no task can reject",
    ),
    "a decision of several without its words": (
        lambda d: (second_task(d), d["stages"][1].update(join="each")),
        "is missing: each task of the stage decides",
    ),
    "a decision of one with words of its own": (
        lambda d: decide(d).update(ruling={"name": text("Permit", "许可")}),
        "means nothing but in a stage with the join 'each'",
    ),
    "remedies against nobody's decision": (
        lambda d: (
            d["stages"][1].update(join="each"),
            d["letters"].update(refused={"remedies": ["litigation"]}),
        ),
        "belong to the ruling",
    ),
    "two decisions by one person": (
        lambda d: (second_task(d), d["stages"][1].update(join="each")),
        "who must not decide both",
    ),
    "a paper that follows for some, untold": (
        lambda d: d["materials"][0].update(
            may_follow={
                "working_days": 5,
                "when": {"==": [{"var": "kind"}, "own"]},
                "source": "OWN",
            }
        ),
        "who may let it follow",
    ),
    "a paper that follows by an unknown answer": (
        lambda d: d["materials"][0].update(
            may_follow={
                "working_days": 5,
                "when": {"==": [{"var": "nobody"}, 1]},
                "when_words": text(),
                "source": "OWN",
            }
        ),
        "not asked by then",
    ),
    "times of others beside a clock": (
        lambda d: d["guide"].update(times={"committed": [text("A week", "一周")]}),
        "are for what others do",
    ),
    "no letter of refusal": (lambda d: d["letters"].pop("refused"), "lacks the letter 'refused'"),
    "no letter of correction": (
        lambda d: d["letters"].pop("correction"),
        "lacks the letter 'correction'",
    ),
    "a Chinese text without Chinese": (
        lambda d: d["summary"].update(zh="What it is for."),
        "has no Chinese character",
    ),
    "an English text in Chinese": (
        lambda d: d["summary"].update(en="办理用途。"),
        "is not English",
    ),
    "a question asked twice": (
        lambda d: fields(d).append({**fields(d)[0]}),
        "have the key 'full_name' 2 times",
    ),
    "a task key used twice": (
        lambda d: decide(d).update(key="accept", not_who_did=[]),
        "have the key 'accept' 2 times",
    ),
    "a material key used twice": (
        lambda d: d["materials"].append(d["materials"][0]),
        "have the key 'passport' 2 times",
    ),
    "a condition on an unknown question": (
        lambda d: fields(d)[2].update(when={"==": [{"var": "nobody"}, 1]}),
        "not asked by then",
    ),
    "a condition on a later page": (
        lambda d: d["pages"].insert(
            0,
            {
                **d["pages"][0],
                "key": "first",
                "when": {"==": [{"var": "kind"}, "own"]},
                "fields": [{"key": "early", "kind": "yes_no", "label": text()}],
            },
        ),
        "not asked by then",
    ),
    "a condition with an unknown operator": (
        lambda d: fields(d)[2].update(when={"cat": ["a"]}),
        "unknown operator 'cat'",
    ),
    "a condition on an answer nobody can give": (
        lambda d: fields(d)[2].update(when={"==": [{"var": "kind"}, "rentd"]}),
        "'rentd', no answer",
    ),
    "questions that wait for each other": (
        lambda d: (
            fields(d)[1].update(when={"==": [{"var": "landlord"}, "x"]}),
            fields(d)[2].update(when={"==": [{"var": "kind"}, "own"]}),
        ),
        "waits for its own answer",
    ),
    "an unknown check": (
        lambda d: d["pages"][0].update(checks=["no_such"]),
        "unknown check 'no_such'",
    ),
    "an unknown list": (
        lambda d: fields(d)[0].update(kind="pick", source="no_such"),
        "unknown list 'no_such'",
    ),
    "an unknown effect": (
        lambda d: d["result"].update(effect="no_such"),
        "unknown effect 'no_such'",
    ),
    "an unknown topic": (lambda d: d.update(topics=["no_such"]), "unknown topic 'no_such'"),
    "no topic": (lambda d: d.update(topics=[]), "names no topic"),
    "an unknown section": (
        lambda d: d["pages"][0].update(section="no_such"),
        "names no section",
    ),
    "a section without pages": (
        lambda d: d["sections"].append({"key": "empty", "title": text()}),
        "has no page",
    ),
    "an unknown department": (
        lambda d: decide(d).update(department="moon"),
        "unknown department 'moon'",
    ),
    "a service of an unknown department": (
        lambda d: d.update(department="moon"),
        "unknown department 'moon'",
    ),
    "four eyes on a later task": (
        lambda d: accept(d).update(not_who_did=["decide"]),
        "names no task up to here",
    ),
    "four eyes on oneself": (
        lambda d: decide(d).update(not_who_did=["decide"]),
        "names the task itself",
    ),
    "a judge of what nobody asks": (
        lambda d: decide(d).update(concerns=["nobody"]),
        "names no question or material: 'nobody'",
    ),
    "a limit for corrections nobody can ask for": (
        lambda d: accept(d)["actions"].pop("correct"),
        "no task can ask for corrections",
    ),
    "corrections without a clock": (lambda d: d.update(clock=None), "corrections stop it"),
    "vague materials": (
        lambda d: d["materials"].append(
            {"key": "rest", "name": text("Other materials", "其他材料"), "need": "required"}
        ),
        "is vague: 'Other materials'",
    ),
    "a vague guide in Chinese": (
        lambda d: d["guide"]["conditions"].append(text("Have the papers", "具备相关材料")),
        "is vague: '相关材料'",
    ),
    "a conditional material without condition": (
        lambda d: d["materials"][1].pop("when"),
        "when is it needed?",
    ),
    "a required material with a condition": (
        lambda d: d["materials"][1].update(need="required"),
        "need says required",
    ),
    "a title from nothing": (lambda d: d.update(title_from=["no_such"]), "names no question"),
    "no title": (lambda d: d.update(title_from=[]), "cannot tell cases apart"),
    "a least above the most": (
        lambda d: fields(d)[0].update(min=9, max=3),
        "is more than max",
    ),
    "an example with an unknown answer": (
        lambda d: d.update(examples=[example(answers={"nobody": 1})]),
        "answers no question: 'nobody'",
    ),
    "an example with an unknown option": (
        lambda d: d.update(examples=[example(answers={"kind": "rentd"})]),
        "none of the options: 'rentd'",
    ),
    "an example with an unknown material": (
        lambda d: d.update(examples=[example(materials=["visa"])]),
        "names no material: 'visa'",
    ),
    "an example with an unknown task": (
        lambda d: d.update(examples=[example(steps=[["2026-03-03", "nobody", "accept"]])]),
        "names no task: 'nobody'",
    ),
    "an example with an unknown action": (
        lambda d: d.update(examples=[example(steps=[["2026-03-03", "accept", "approve"]])]),
        "offers no action 'approve'",
    ),
}
