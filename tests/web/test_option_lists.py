"""A long list on a page is drawn once, however many questions offer it."""

from types import SimpleNamespace

from markupsafe import Markup

from servicedesk.web.fields import Option
from servicedesk.web.option_lists import OptionList, drawn_options

COUNTRIES = [Option("CN", "China"), Option("DE", "Germany"), Option('"<', "Odd")]


class _Pen:
    """A macro that counts how often it draws."""

    drawn = 0

    def __call__(self, field: SimpleNamespace) -> Markup:
        self.drawn += 1
        return Markup("").join(
            Markup('<option value="{}">{}</option>').format(one.value, one.label)
            for one in field.options
        )


def _drawn(pen: _Pen, options: list[Option], *answers: str | None) -> list[str]:
    return [
        str(drawn_options(SimpleNamespace(options=options, data=answer), pen)) for answer in answers
    ]


def test_each_question_marks_its_own_answer_in_the_one_drawing() -> None:
    pen = _Pen()

    nothing, german, odd, gone = _drawn(pen, OptionList(COUNTRIES), None, "DE", '"<', "XX")

    assert pen.drawn == 1
    assert "selected" not in nothing + gone
    assert german.replace('<option value="DE" selected>', '<option value="DE">') == nothing
    assert odd.count(" selected") == 1
    assert '<option value="&#34;&lt;" selected>Odd' in odd


def test_a_list_of_one_question_is_drawn_for_it() -> None:
    pen = _Pen()

    shown = _drawn(pen, COUNTRIES, "CN", "DE")

    assert pen.drawn == 2
    assert ['value="CN" selected' in shown[0], 'value="DE" selected' in shown[1]] == [True, True]
