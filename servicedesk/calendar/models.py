"""The calendar as stored: only the days that differ from an ordinary week."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.calendar.day_files import DayKind
from servicedesk.database import Base


class CalendarDay(Base):
    """A holiday, or a weekend day on which people work."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind]
    name_zh: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(80))
    is_official: Mapped[bool]  # False: expected, not yet announced
    source: Mapped[str] = mapped_column(sa.Text)
