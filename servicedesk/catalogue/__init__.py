"""The services: what each is, asks and brings; published, listed and found."""

from flask import Flask

from servicedesk.catalogue import change_words, registry, sources, thresholds, timings, views


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``; ``servicedesk.cli`` mounts its commands."""
    join_catalogue()
    app.register_blueprint(views.bp)
    app.jinja_env.globals.update(
        said_by=sources.said_by, setting_value=change_words.setting_value,
        source_named=sources.named,
    )  # fmt: skip


def join_catalogue() -> None:
    """Put the rules that are the catalogue's own where definitions find them; safe to repeat."""
    for rules in (thresholds, timings):
        registry.CHECKS.update(rules.CHECKS)
        registry.SETTINGS.update(rules.SETTINGS)
