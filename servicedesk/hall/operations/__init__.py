"""Everything that changes a hall, a line or a ticket.

An operation checks the rules, changes objects, logs and returns; its caller commits once.
"""
