"""A question for files, which are given on the page of the form itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation


@dataclass(frozen=True)
class KeptFile:
    """A file given before, to be shown and to be named again."""

    name: str
    size: int
    sha256: str
    href: str  # where it is handed over to be saved

    def answer(self) -> dict[str, Any]:
        """Return what an answer keeps of it."""
        return {"name": self.name, "size": self.size, "sha256": self.sha256}


class FilesField(Field):
    """Files given on the page; its data is a list of what an answer keeps of each.

    ``name-kept`` names those given before by their content.  Whoever takes new files in stores
    them and adds them there, so that the form itself knows no files but those it is offered.
    """

    face = "files"

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,
        *,
        most: int = 1,
        **kwargs: Any,  # noqa: ANN401 - as in WTForms
    ) -> None:
        self.most = most
        self.files: Sequence[KeptFile] = ()
        self._wanted: Sequence[str] = ()
        self._refused: Sequence[str] = ()
        super().__init__(label, validators, **kwargs)

    def process(
        self,
        formdata: Any,  # noqa: ANN401 - as in WTForms
        data: Any = unset_value,  # noqa: ANN401 - as in WTForms
        extra_filters: Any = None,  # noqa: ANN401 - as in WTForms
    ) -> None:
        """Take the names of files; without a form, what is stored."""
        super().process(None, data, extra_filters)
        if formdata is None:
            self._wanted = [one["sha256"] for one in self.data or ()]
        else:
            self._wanted = formdata.getlist(f"{self.name}-kept")

    def offer(self, known: Mapping[str, KeptFile], refused: Sequence[str]) -> None:
        """Take those that are named out of ``known``, by their content; nothing else counts."""
        self.files = [known[one] for one in dict.fromkeys(self._wanted) if one in known]
        self.data = [one.answer() for one in self.files]
        self._refused = refused

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - as in WTForms
        """Say first what was wrong with each file that was not taken."""
        if self._refused:
            self.errors = [*self._refused]
            raise StopValidation
