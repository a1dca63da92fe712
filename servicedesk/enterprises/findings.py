"""Short ways to say what a rule found, and the laws the rules stand in."""

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.words import Text, Words, say


def in_order(words: Words, place: str | None = None, rule: Words | None = None) -> Finding:
    """Return that something was checked and found right."""
    return Finding(Weight.IN_ORDER, words, place, rule)


def look(words: Words, place: str | None = None, rule: Words | None = None) -> Finding:
    """Return that the application may go on, and somebody should look."""
    return Finding(Weight.LOOK, words, place, rule)


def wrong(words: Words, place: str | None = None, rule: Words | None = None) -> Finding:
    """Return what must be put right before the application is sent."""
    return Finding(Weight.WRONG, words, place, rule)


def company_law(articles: str) -> Words:
    """Return a reference to the Company Law of 2023 (L_CL)."""
    return say("Company Law, art. %(articles)s", articles=_articles(articles))


def foreign_investment_law(articles: str) -> Words:
    """Return a reference to the Foreign Investment Law (L_FIL)."""
    return say("Foreign Investment Law, art. %(articles)s", articles=_articles(articles))


def name_rules(articles: str) -> Words:
    """Return a reference to the rules on enterprise names of 2020 (L_NAME)."""
    return say("Regulations on enterprise names, art. %(articles)s", articles=_articles(articles))


def partnership_law(articles: str) -> Words:
    """Return a reference to the Partnership Enterprise Law of 2006 (L_PEL)."""
    return say("Partnership Enterprise Law, art. %(articles)s", articles=_articles(articles))


def registration_rules(articles: str) -> Words:
    """Return a reference to the regulations on registering market entities (L_MER)."""
    return say(
        "Regulations on the registration of market entities, art. %(articles)s",
        articles=_articles(articles),
    )


def in_group(group: str | None, index: int, key: str) -> str:
    """Return the place of a question on the ``index``-th card (from 0) of a group; None: of a page.

    >>> in_group("shareholders", 1, "pay_by")
    'shareholders[1].pay_by'
    """
    if group is None:
        return key
    return f"{group}[{index}].{key}"


def _articles(listed: str) -> Text:
    return Text(listed, listed.replace(", ", "、"))
