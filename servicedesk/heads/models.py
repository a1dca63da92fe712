"""The heads of the chains, kept day by day."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.database import Base


class DailyHead(Base):
    """How far the chains had come when a day began; each follows the one before."""

    __tablename__ = "daily_heads"

    day: Mapped[date] = mapped_column(primary_key=True)
    totals: Mapped[dict[str, Any]]  # {"cases": 12, "enterprises": 3}
    chains: Mapped[dict[str, Any]]  # {"case 7": [last seq, its hash]}, those that went on
    previous: Mapped[bytes]  # the mark of the head before, b"" before the first
    mark: Mapped[bytes]  # keyed, under all of it
