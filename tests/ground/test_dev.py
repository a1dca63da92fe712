"""``./dev`` and the lists that it installs from."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)( ; [^\\]+)? \\$")


def pins(name: str) -> set[tuple[str, str]]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = {PINNED.match(line) for line in lines if not line.startswith(" ")}
    assert None not in found
    return {(match[1], match[2]) for match in found if match}


def project() -> dict[str, list[str]]:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {
        "requirements.txt": data["project"]["dependencies"],
        "requirements-dev.txt": data["dependency-groups"]["dev"],
    }


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_and_hashed_and_no_registry_is_named(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)  # no options
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_what_the_project_asks_for_is_in_the_list(name: str) -> None:
    asked = {re.split(r"[\[><=~]", one)[0].strip().lower() for one in project()[name]}

    assert asked <= {package for package, _ in pins(name)}


def test_what_is_tested_is_what_runs() -> None:
    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_without_a_command_it_says_what_it_can_do() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "dev"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "./dev demo" in done.stderr
