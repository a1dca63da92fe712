"""Everything that changes the register; one module for each thing changed.

An operation checks the rules, changes rows, logs and returns.  It never commits.
"""
