"""How far all chains of events and filings had come, day by day, told to somebody outside."""

from flask import Flask

from servicedesk.enterprises.queries import export_tables
from servicedesk.heads import integrity, queries, tasks
from servicedesk.notices import kinds
from servicedesk.words import say

__all__ = ["init_app", "integrity", "tasks"]


def init_app(app: Flask) -> None:  # noqa: ARG001 - as every feature's
    """Attach this feature: its checks and its job by being imported, its mail and its lists."""
    export_tables.LISTS.update(queries.LISTS)
    kinds.KINDS.update(daily_head=say("How far the chains have come"))
