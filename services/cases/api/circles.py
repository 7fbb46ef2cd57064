"""The field with which a client says who may read what it writes."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from services.cases.domain.circles import CIRCLES, circle_named
from services.cases.domain.readers import READERS, ordered
from shared.http.schemas import Choice


class CircleOfReaders(fields.List[str]):
    """One of the combinations of readers that there are; absent, the narrowest that the writer has."""

    def __init__(self, **options: Any) -> None:
        told = "One of: " + "; ".join(", ".join(readers) for readers in CIRCLES.values()) + "."
        super().__init__(Choice(*READERS), load_default=None, allow_none=True, metadata={"description": told}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        readers = ordered(each for each in super()._deserialize(value, attr, data, **kwargs) if each)
        if circle_named(tuple(readers)) is None:
            raise ValidationError("Deze lezers samen kan niet. Kies een van de mogelijkheden.")
        return readers
