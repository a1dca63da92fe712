"""Counting the register, and what was counted last."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises import reference
from servicedesk.indicators.figures import (
    ALL,
    FOREIGN,
    FORM,
    INDUSTRY,
    QUARTER_OUTPUT,
    QUARTER_REVENUE,
    REVENUE,
    SCIENTIST,
    Count,
    Sum,
)
from servicedesk.indicators.models import RegisterStatistics

# Ends come from the filing that ended the enterprise: the first that counts, for who lost the
# licence is deregistered later.  A few have none, and are counted apart.
_IS_END: Final = """
    changes #>> '{state,1}' IN ('deregistered', 'revoked') AND NOT EXISTS (
        SELECT FROM filings AS other
        WHERE other.enterprise_id = filings.enterprise_id AND other.replaces_seq = filings.seq
    )
"""
_COUNTS: Final = sa.text(
    f"""
    WITH ends AS (
        SELECT enterprise_id, min(effective_on) AS ended_on
        FROM register_entries JOIN filings USING (enterprise_id)
        WHERE life = 'ended' AND {_IS_END}
        GROUP BY enterprise_id
    ),
    described AS (
        SELECT
            facts ->> 'main_scope' AS main_scope,
            entries.org_form,
            is_foreign,
            facts -> 'scientist_founded' = 'true'::jsonb AS by_scientist,
            extract(year FROM entries.registered_on)::int AS begun,
            extract(year FROM ended_on)::int AS ended,
            life = 'ended' AND ended_on IS NULL AS end_is_unknown
        FROM register_entries AS entries
        JOIN enterprises ON id = entries.enterprise_id
        LEFT JOIN ends USING (enterprise_id)
    )
    SELECT
        grouping(main_scope, org_form, is_foreign, by_scientist) AS grouped,
        main_scope, org_form, is_foreign, by_scientist, begun, ended, count(*)
    FROM described WHERE NOT end_is_unknown
    GROUP BY GROUPING SETS (
        (begun, ended), (main_scope, begun, ended), (org_form, begun, ended),
        (is_foreign, begun, ended), (by_scientist, begun, ended)
    )
    """  # noqa: S608 - our own text
)
_BY_SCOPE, _BY_FORM, _BY_FOREIGN, _BY_SCIENTIST = 0b0111, 0b1011, 0b1101, 0b1110  # not grouped away

_UNKNOWN_ENDS: Final = sa.text(
    f"""
    SELECT count(*) FROM register_entries
    WHERE life = 'ended' AND NOT EXISTS (
        SELECT FROM filings
        WHERE filings.enterprise_id = register_entries.enterprise_id AND {_IS_END}
    )
    """  # noqa: S608 - our own text
)
_SUMS: Final = sa.text(
    r"""
    SELECT
        split_part(key, '_', 1) AS frequency, split_part(key, '_', 3) AS period, figure,
        value #>> ARRAY[figure, 'currency'] AS currency,
        count(*), sum((value #>> ARRAY[figure, 'amount'])::numeric)
    FROM enterprises,
        jsonb_each(facts) AS fact (key, value),
        (VALUES ('revenue'), ('output')) AS figures (figure)
    WHERE key ~ '^(annual_report_\d{4}|quarterly_report_\d{4}q[1-4])$'
        AND value #>> ARRAY[figure, 'currency'] IS NOT NULL
        AND value #>> ARRAY[figure, 'amount'] ~ '^\d+(\.\d+)?$'
    GROUP BY 1, 2, 3, 4
    """
)
_KINDS: Final = {
    ("annual", "revenue"): REVENUE,
    ("quarterly", "revenue"): QUARTER_REVENUE,
    ("quarterly", "output"): QUARTER_OUTPUT,
}


def counts(session: Session) -> Sequence[Count]:
    """Return how many enterprises were set up and ended in which years, by group.  One SELECT."""
    phrases = reference.scope_phrases()
    found = []
    for grouped, scope, form, foreign, scientist, begun, ended, number in session.execute(_COUNTS):
        dimension, key = ALL, ""
        if grouped == _BY_SCOPE:
            dimension, key = INDUSTRY, phrases[scope].category if scope in phrases else "other"
        elif grouped == _BY_FORM:
            dimension, key = FORM, form
        elif grouped == _BY_FOREIGN:
            dimension, key = FOREIGN, "yes" if foreign else "no"
        elif grouped == _BY_SCIENTIST:
            if not scientist:
                continue
            dimension, key = SCIENTIST, "yes"
        found.append(Count(dimension, key, begun, ended, number))
    return found


def unknown_ends(session: Session) -> int:
    """Return how many enterprises have ended without a filing that says when."""
    return int(session.scalar(_UNKNOWN_ENDS) or 0)


def sums(session: Session) -> Sequence[Sum]:
    """Return what the reports in the register come to, by period and currency.  One SELECT."""
    rows = session.execute(_SUMS)
    return [
        Sum(_KINDS[frequency, figure], period, currency, number, Decimal(total))
        for frequency, period, figure, currency, number, total in rows
        if (frequency, figure) in _KINDS
    ]


def find_latest(session: Session) -> RegisterStatistics | None:
    """Return what was counted last; None: nothing yet."""
    return session.scalar(
        sa.select(RegisterStatistics).order_by(RegisterStatistics.day.desc()).limit(1)
    )
