"""Stages entered, joined and left; random walks over random definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.cases import workflow
from servicedesk.cases.workflow import ActionNotOffered, Ask, End, Enter, Move, Stay, TaskProgress
from servicedesk.catalogue.definition import Action, Outcome, Service, StagePlan
from tests.cases.definitions import make_service, make_task, services

PARALLEL = make_service(
    [
        {
            "key": "review",
            "tasks": [
                make_task("examine", {"recommend": "next", "advise_refusal": "next"}),
                make_task("address", {"confirm": "next", "object": "next"}),
            ],
        },
        {"key": "decision", "tasks": [make_task("decide", {"approve": "end.approved"})]},
    ]
)


def test_a_stage_joined_by_all_waits_for_its_last_task() -> None:
    stage = PARALLEL.stages[0]
    both_open = [TaskProgress("examine", is_open=True), TaskProgress("address", is_open=True)]
    one_done = [TaskProgress("examine", is_open=False), TaskProgress("address", is_open=True)]

    assert _after(PARALLEL, stage, both_open, "examine", Action.RECOMMEND) == Stay()
    assert _after(PARALLEL, stage, one_done, "address", Action.CONFIRM) == Enter(PARALLEL.stages[1])


@pytest.mark.parametrize(
    ("join", "n", "actions", "moves_on_after"),
    [
        ("any", None, ["confirm", "confirm", "confirm"], 1),
        ("n_of_m", 2, ["confirm", "confirm", "confirm"], 2),
        ("all", None, ["confirm", "object", "confirm"], 3),
        ("first_reject", None, ["confirm", "object", "confirm"], 2),
        ("first_reject", None, ["confirm", "confirm", "confirm"], 3),
        ("each", None, ["confirm", "object", "confirm"], 3),
    ],
)
def test_a_join_lets_the_case_go_on_when_enough_is_done(
    join: str, n: int | None, actions: list[str], moves_on_after: int
) -> None:
    targets = {"confirm": "next", "object": "next"}
    tasks = [make_task(f"task_{number}", targets) for number in range(3)]
    service = make_service([{"key": "review", "join": join, "n": n, "tasks": tasks}])
    open_, moves = [TaskProgress(task["key"], is_open=True) for task in tasks], []

    for number, action in enumerate(actions):
        moves.append(_after(service, service.stages[0], open_, f"task_{number}", Action(action)))
        open_[number] = TaskProgress(f"task_{number}", is_open=False, action=Action(action))

    assert [isinstance(move, Stay) for move in moves].index(False) == moves_on_after - 1


@pytest.mark.parametrize(
    ("actions", "moves"),
    [
        (["object", "confirm"], [Stay(), End(Outcome.REFUSED)]),
        (["confirm", "object"], [Stay(), End(Outcome.REFUSED)]),
        (["object", "object"], [Stay(), End(Outcome.REFUSED)]),
        (["confirm", "confirm"], [Stay(), End(Outcome.APPROVED)]),
    ],
)
def test_where_each_decides_all_are_awaited_and_one_against_ends_it(
    actions: list[str], moves: list[workflow.Move]
) -> None:
    targets = {"confirm": "next", "object": "end.refused", "send_back": "decisions"}
    tasks = [make_task(key, targets) for key in ("work", "residence")]
    service = make_service([{"key": "decisions", "join": "each", "tasks": tasks}])
    stage, open_ = service.stages[0], [TaskProgress(task["key"], is_open=True) for task in tasks]

    found = []
    for number, (task, action) in enumerate(zip(tasks, actions, strict=True)):
        found.append(_after(service, stage, open_, task["key"], Action(action)))
        back = _after(service, stage, open_, task["key"], Action.SEND_BACK)
        assert back == Enter(stage)
        open_[number] = TaskProgress(task["key"], is_open=False, action=Action(action))

    assert found == moves
    assert workflow.rejoined(service, stage, open_, answers={}) == moves[-1]


def test_a_stage_none_of_whose_tasks_apply_is_passed_over() -> None:
    only_if = {"==": [{"var": "kind"}, "park"]}
    service = make_service(
        [
            {"key": "first", "tasks": [make_task("a", {"confirm": "next"})]},
            {"key": "park", "tasks": [make_task("b", {"confirm": "next"}, when=only_if)]},
            {"key": "last", "tasks": [make_task("c", {"approve": "end.approved"})]},
        ]
    )
    standing = [TaskProgress("a", is_open=True)]

    assert _after(service, service.stages[0], standing, "a", Action.CONFIRM) == Enter(
        service.stages[2]
    )
    assert workflow.after(
        service, service.stages[0], standing, task="a", action=Action.CONFIRM,
        answers={"kind": "park"},
    ) == Enter(service.stages[1])  # fmt: skip


def test_after_the_last_stage_comes_approval() -> None:
    service = make_service([{"key": "only", "tasks": [make_task("a", {"confirm": "next"})]}])

    move = _after(
        service, service.stages[0], [TaskProgress("a", is_open=True)], "a", Action.CONFIRM
    )

    assert move == End(Outcome.APPROVED)


def test_an_action_the_definition_does_not_give_is_refused() -> None:
    standing = [TaskProgress("examine", is_open=True), TaskProgress("address", is_open=True)]

    with pytest.raises(ActionNotOffered):
        _after(PARALLEL, PARALLEL.stages[0], standing, "examine", Action.APPROVE)


def test_mending_what_a_done_task_judged_opens_it_again_and_leaves_the_others() -> None:
    tasks = [
        make_task("examine", {"recommend": "next"}),
        {**make_task("address", {"confirm": "next"}), "concerns": ["unit"]},
    ]
    stage = make_service([{"key": "review", "tasks": tasks}]).stages[0]
    standings = [
        TaskProgress("examine", is_open=True),
        TaskProgress("address", is_open=False, action=Action.CONFIRM),
    ]

    untouched = workflow.after_mending(stage, standings, answers={}, changed={"capital"})
    touched = workflow.after_mending(stage, standings, answers={}, changed={"unit"})

    assert untouched.opened == ()
    assert [plan.key for plan in touched.opened] == ["address"]


def test_mending_opens_what_is_newly_called_for_and_cancels_what_is_not() -> None:
    park = {"==": [{"var": "kind"}, "park"]}
    own = {"==": [{"var": "kind"}, "own"]}
    tasks = [
        make_task("park", {"confirm": "next"}, when=park),
        make_task("lease", {"confirm": "next"}, when=own),
    ]
    stage = make_service([{"key": "review", "tasks": tasks}]).stages[0]

    mended = workflow.after_mending(
        stage, [TaskProgress("park", is_open=True)], answers={"kind": "own"}, changed={"kind"}
    )

    assert [plan.key for plan in mended.opened] == ["lease"]
    assert mended.cancelled == ("park",)


@pytest.mark.parametrize(
    ("join", "left", "goes_on"),
    [
        ("all", [], True),
        ("all", [True], False),
        ("all", [False, False], True),
        ("all", [False, True], False),
        ("n_of_m", [False, True], True),
    ],
)
def test_after_mending_the_case_goes_on_when_nothing_is_left(
    join: str, left: list[bool], *, goes_on: bool
) -> None:
    tasks = [make_task(f"task_{n}", {"confirm": "next"}) for n in range(3)]
    last = make_task("decide", {"approve": "end.approved"})
    n = 1 if join == "n_of_m" else None
    service = make_service(
        [{"key": "review", "join": join, "n": n, "tasks": tasks}, {"key": "end", "tasks": [last]}]
    )
    progress = [
        TaskProgress(f"task_{at}", is_open=is_open, action=None if is_open else Action.CONFIRM)
        for at, is_open in enumerate(left)
    ]

    move = workflow.rejoined(service, service.stages[0], progress, answers={})

    assert isinstance(move, Enter) == goes_on


# --- random walks -----------------------------------------------------------------------


@given(services(), st.sampled_from(["a", "b"]), st.data())
def test_no_walk_gets_stuck_or_loses_a_task(
    service: Service, kind: str, data: st.DataObject
) -> None:
    answers = {"kind": kind}
    move = workflow.first_from(service, 0, answers)
    for step in range(200):
        if isinstance(move, End):
            return
        assert isinstance(move, Enter)
        move = _walk_stage(service, move.stage, answers, data, wanders=step < 20)
    pytest.fail("the walk did not come to an end")


def _walk_stage(
    service: Service,
    stage: StagePlan,
    answers: dict[str, str],
    data: st.DataObject,
    *,
    wanders: bool,
) -> Move:
    """Do the tasks of a stage in a drawn order until the case leaves it."""
    plans = {plan.key: plan for plan in workflow.applicable(stage, answers)}
    assert plans, "a stage was entered that has nothing to do"
    standings = [TaskProgress(key, is_open=True) for key in plans]
    for key in data.draw(st.permutations(sorted(plans))):
        offered = list(plans[key].actions)
        action = data.draw(st.sampled_from(offered)) if wanders else offered[0]
        move = workflow.after(service, stage, standings, task=key, action=action, answers=answers)
        if isinstance(move, Ask):  # answered at once; the task goes on
            move = workflow.after(
                service, stage, standings, task=key, action=offered[0], answers=answers
            )
        if not isinstance(move, Stay):
            return move
        standings = [
            TaskProgress(one.key, is_open=False, action=action) if one.key == key else one
            for one in standings
        ]
        assert any(one.is_open for one in standings), "all is done and the case stands still"
    raise AssertionError("all tasks are done and the case did not move")


def _after(
    service: Service, stage: StagePlan, standings: list[TaskProgress], task: str, action: Action
) -> Move:
    return workflow.after(service, stage, standings, task=task, action=action, answers={})
