"""Run a benchmark and print its table: ``python -m bench WHAT``; see bench/README.md."""

import argparse
import os
import platform
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from bench import applications, catalogue, clerks, form, hall, live, names, register
from bench.desks import server
from bench.measuring import Measured, table

# What is measured: what its sizes count, and which they are unless others are asked for.
BENCHMARKS: Final[dict[str, tuple[str, Sequence[int]]]] = {
    "applications": ("cases", (1, 10, 100)),
    "form": ("cards", (2, 50)),
    "catalogue": ("services", (0, 5000)),
    "hall": ("visits", (0, 100_000, 1_000_000)),
    "register": ("enterprises", (1_000_000,)),
    "live": ("clients", (50, 500)),
    "clerks": ("clerks", (1, 4, 16)),
    "names": ("names", (200_000, 1_000_000, 5_000_000)),
}


def main() -> None:
    """Measure at each size and print the table."""
    asked = _arguments()
    if asked.what in _APART:
        _measure_apart(asked)
        return
    of, sizes = BENCHMARKS[asked.what]
    measured: list[Measured] = []
    with server() as (url, directory):
        for size in asked.sizes or sizes:
            measured += _measure(asked, url, directory)(size, asked.rounds)
            if asked.explain and asked.what == "applications":
                print(applications.plan_of_the_inbox(url, directory))
    cores = os.cpu_count()
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"\nPython {platform.python_version()}, {cores} cores, load {load}\n")
    print(table(measured, of))


def _measure_apart(asked: argparse.Namespace) -> None:
    """Measure at each size on a database of its own; these tables have other columns."""
    measure, table = _APART[asked.what]
    rows: list[str] = []
    for size in asked.sizes or BENCHMARKS[asked.what][1]:
        with server() as (url, directory):
            rows += measure(url, directory, size, asked.rounds)
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, load {load}\n")
    print(table(rows))


def _clerks(url: str, directory: Path, size: int, rounds: int) -> list[str]:
    return [clerks.measure(url, directory, size, rounds)]


_Measure = Callable[[str, Path, int, int], list[str]]
_APART: Final[dict[str, tuple[_Measure, Callable[[Sequence[str]], str]]]] = {
    "live": (live.measure, live.table),
    "clerks": (_clerks, clerks.table),
    "names": (names.measure, names.table),
}


def _measure(
    asked: argparse.Namespace, url: str, directory: Path
) -> Callable[[int, int], list[Measured]]:
    if asked.what == "applications":
        return partial(applications.measure, url, directory, seed=asked.seed)
    measures = {"form": form.measure, "catalogue": catalogue.measure, "hall": hall.measure}
    measures["register"] = register.measure
    return partial(measures[asked.what], url, directory)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=BENCHMARKS, default="applications")
    parser.add_argument(
        "--sizes", "--rows", type=int, nargs="+",
        help="thousands of applications; cards; services; visits; names",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=30, help="requests of each kind")
    parser.add_argument("--seed", type=int, default=1, help="of what is random")
    parser.add_argument("--explain", action="store_true", help="print the inbox query's plan")
    return parser.parse_args()


if __name__ == "__main__":
    main()
