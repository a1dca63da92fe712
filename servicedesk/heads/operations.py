"""Taking the day's head, and giving it to somebody outside."""

import json
import logging
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.database import keyring
from servicedesk.heads import queries
from servicedesk.heads.models import DailyHead

log = logging.getLogger(__name__)

PURPOSE: Final = "daily head"  # what the key of its mark is for
FOLDER: Final = "heads"  # in DATA_DIR


def take(session: Session, *, day: date) -> DailyHead | None:
    """Note how far every chain has come; None if that was done for this day."""
    before = queries.daily_heads(session)
    if before and before[-1].day >= day:
        return None
    known, now = queries.noted(before), queries.present(session)
    head = DailyHead(
        day=day,
        totals={"cases": _count(now, "case"), "enterprises": _count(now, "enterprise")},
        chains={name: end for name, end in now.items() if known.get(name) != end},
        previous=before[-1].mark if before else b"",
    )
    head.mark = keyring.mark(PURPOSE, text_of(head).encode())
    session.add(head)
    session.flush()
    log.info("daily head taken", extra={"day": day.isoformat(), **head.totals})
    return head


def text_of(head: DailyHead) -> str:
    """Return what a head says, in the one way to write it down; the mark is put under it."""
    said: dict[str, Any] = {
        "day": head.day.isoformat(),
        "totals": head.totals,
        "chains": head.chains,
        "previous": bytes(head.previous).hex(),
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def write(head: DailyHead, data_dir: Path) -> Path:
    """Put the head into a file that can be carried away: what it says, and under it the mark."""
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{head.day.isoformat()}.json"
    making = path.with_suffix(".new")
    making.write_text(f"{text_of(head)}\n{bytes(head.mark).hex()}\n", encoding="utf-8")
    return making.replace(path)


def _count(heads: queries.Heads, kind: str) -> int:
    return sum(name.startswith(f"{kind} ") for name in heads)
