"""Let words and the kind of priority be erased from the record of a ticket.

Why: reasons and notes that people typed, and why somebody had priority (age, pregnancy,
disability), stood in ``ticket_events`` for ever.  An event is still never changed; but its words
may be emptied, and ``priority`` taken out of ``before``, which has had no use since.

Safe to deploy before the code: yes, older code writes and never reads what is taken out, but to
undo within 30 seconds; then the priority stays as it is.
Locks: the table, while the events that name a priority are written anew.
"""

from alembic import op

revision = "0031_erasing"
down_revision = "0030_access_tokens"
branch_labels = None
depends_on = None

ONLY_ERASED = """
CREATE FUNCTION refuse_change_of_ticket_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.words IN ('', OLD.words)
        AND NEW.before IN (OLD.before, OLD.before - 'priority')
        AND to_jsonb(NEW) - 'words' - 'before' = to_jsonb(OLD) - 'words' - 'before'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ticket_events is append-only';
END
$$;
CREATE TRIGGER ticket_events_only_erased BEFORE UPDATE OR DELETE ON ticket_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ticket_event();
CREATE TRIGGER ticket_events_append_only BEFORE TRUNCATE ON ticket_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ticket_events();
"""
APPEND_ONLY = """
CREATE TRIGGER ticket_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ticket_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ticket_events();
"""


def upgrade() -> None:
    op.execute("DROP TRIGGER ticket_events_append_only ON ticket_events")
    op.execute(
        "UPDATE ticket_events SET before = before - 'priority'"
        " || jsonb_build_object('has_priority', before ->> 'priority' IS NOT NULL)"
        " WHERE before ? 'priority'"
    )
    op.execute(ONLY_ERASED)


def downgrade() -> None:
    op.execute("DROP TRIGGER ticket_events_append_only ON ticket_events")
    op.execute("DROP TRIGGER ticket_events_only_erased ON ticket_events")
    op.execute("DROP FUNCTION refuse_change_of_ticket_event()")
    op.execute(APPEND_ONLY)
