"""What the public register is searched by: one narrow row an enterprise."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.database import Base
from servicedesk.enterprises.register_search import LONGEST_LETTERS


class RegisterEntry(Base):
    """An enterprise as the search sees it; ``operations.entries`` alone writes it.

    Apart from ``enterprises``, whose rows grow with every report that is filed: a search reads
    thousands of these in the order of an index.
    """

    __tablename__ = "register_entries"

    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"), primary_key=True)
    credit_code: Mapped[str] = mapped_column(sa.String(18, collation="C"))
    registered_on: Mapped[date]
    name_text: Mapped[str] = mapped_column(sa.String(120))  # simplified, small letters
    name_key: Mapped[str] = mapped_column(
        sa.String(LONGEST_LETTERS, collation="C")
    )  # pinyin: order, search
    address_text: Mapped[str] = mapped_column(sa.Text)  # register_search.Address
    life: Mapped[str] = mapped_column(sa.String(20))  # register_search.Life
    org_form: Mapped[str] = mapped_column(sa.String(20))
    is_foreign: Mapped[bool]
    scope: Mapped[list[str]]  # codes of phrases
    terms: Mapped[list[str]]  # all of it, for the index: register_search.terms

    __table_args__ = (
        sa.Index("ix_register_entries_terms", "terms", postgresql_using="gin"),
        sa.Index("ix_register_entries_newest", "registered_on", "enterprise_id"),
        sa.Index("ix_register_entries_life", "life", "registered_on", "enterprise_id"),
        sa.Index("ix_register_entries_name", "name_key", "enterprise_id"),
        sa.Index("ix_register_entries_code", "credit_code"),
    )
