"""The figures of the register, as they were counted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.database import Base


class RegisterStatistics(Base):
    """What the register came to on a day; ``figures.Figures`` reads it."""

    __tablename__ = "register_statistics"

    day: Mapped[date] = mapped_column(primary_key=True)
    as_of: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
