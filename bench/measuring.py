"""Timing requests, and writing down what came out."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """How long a page took, and a bare view with its SQL beside it."""

    page: str
    size: int  # of what the table is about
    desk: Sequence["Cost"]
    bare: Sequence["Cost"]
    statements: int

    def row(self) -> tuple[str, ...]:
        """Return the line of the table."""
        desk, bare = (_median(one.elapsed for one in side) for side in (self.desk, self.bare))
        slow = sorted(one.elapsed for one in self.desk)[int(len(self.desk) * 0.95)]
        return (
            self.page,
            f"{self.size:,}",
            f"{desk:.1f}",
            f"{slow:.1f}",
            f"{_median(one.processor for one in self.desk):.1f}",
            f"{bare:.1f}",
            f"{desk / bare:.1f}",
            str(self.statements),
        )


@dataclass(frozen=True)
class Cost:
    """What one request cost, in milliseconds."""

    elapsed: float
    processor: float  # of our own process; the database's is not in it


HEADINGS = ("desk ms", "desk p95", "desk CPU", "bare ms", "ratio", "statements")


def cost(work: Callable[[], object]) -> Cost:
    """Return what ``work`` cost."""
    began, worked = time.perf_counter(), time.thread_time()
    work()
    return Cost((time.perf_counter() - began) * 1000, (time.thread_time() - worked) * 1000)


def in_turns(
    desk: Callable[[], object], bare: Callable[[], object], rounds: int
) -> tuple[list[Cost], list[Cost]]:
    """Measure both, one after the other in every round, so that noise meets both alike."""
    for work in (desk, bare) * 3:
        work()
    pairs = [(cost(desk), cost(bare)) for _ in range(rounds)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def _median(numbers: Iterable[float]) -> float:
    return statistics.median(list(numbers))


def table(measured: Sequence[Measured], of: str) -> str:
    """Return all lines as a table in Markdown; ``of`` says what their sizes count."""
    rows = [("page", of, *HEADINGS), *(one.row() for one in measured)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.ljust(width) if at == 0 else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "| " + " | ".join(cells) + " |"
