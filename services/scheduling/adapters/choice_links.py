"""The links with which parents choose a time: signed, for one guardian and one offer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shared.links import SignedIds


@dataclass(frozen=True)
class Picker:
    """Whose link it is, and to what."""

    school_id: UUID
    choice_id: UUID
    person_id: UUID


class ChoiceLinks:
    """As the reply links, and never one of those: they are signed for another door."""

    def __init__(self, secret_key: str) -> None:
        self._ids = SignedIds(secret_key, "scheduling.choice", count=3)

    def token(self, picker: Picker) -> str:
        return self._ids.token(picker.school_id, picker.choice_id, picker.person_id)

    def read(self, token: str) -> Picker:
        """Raises NotFound for a token that is not ours."""
        return Picker(*self._ids.read(token))
