"""The YAML that we ship can be read by any YAML: editors, linters, the parks' own scripts."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SHIPPED = sorted([*(ROOT / "servicedesk").rglob("*.yaml"), *(ROOT / "docs").rglob("*.yaml")])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda one: one.stem)
def test_a_file_can_be_read_without_libyaml(path: Path) -> None:
    """PyYAML's own parser is stricter than libyaml, as others are: ``{en: Who?, zh: 谁？}``."""
    assert yaml.load(path.read_text("utf-8"), Loader=yaml.SafeLoader)


def test_there_are_some() -> None:
    assert len(SHIPPED) > 80
