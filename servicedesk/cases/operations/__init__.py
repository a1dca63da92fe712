"""Everything that changes a case, a module for each matter.

An operation checks the rules, changes objects, logs and returns.  It never commits,
flashes or redirects: its caller, a view or a command, commits once.  Callers hand in a
case whose row they have locked (``queries.get_..._case(lock=True)``), so that what
happens to one case happens in one order.

    drafts          begin, fill in, let others help
    documents       papers given, taken out, promised, looked at
    submission      send, and send again
    advancing       stages entered and left, tasks opened, the end
    tasks           taken, given back, handed over, done
    examining       what officers find and confirm: kept, required, told
    corrections     the one list, a second one, mending
    clock_ledger    the clock's ledger and the due moments
    stops           the clock stopped for time that is not counted
    extensions      the legal limit made longer, by permission
    handing_out     results handed over after the decision
    consulting      questions among staff, and their answers
    standing_in     tasks of those who are away, taken over by their deputies
    reopening       a refused case taken up again
    revocation      a certificate taken out of force
    pledging        promises and papers that may follow: opened, waited for, dropped
    keeping         such a paper given, a promise judged, the applicant reminded
    correspondence  letters, mails, messages, notes
    records         the chain of events
    versions        drafts of a service that has changed
    housekeeping    what time alone brings about
"""
