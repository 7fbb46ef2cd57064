"""What the demo's administrator has done: teams, and a colleague who has yet to choose a password."""

from __future__ import annotations

from uuid import UUID

from services.cases.service import CasesService
from services.cases.usecases import invitations, teams
from services.cases.usecases.administration import NewUser
from services.cases.usecases.teams import NewTeam
from shared.tenancy import Scope

# Each with its schools, and whose accounts are in it.
TEAMS = (
    ("OAT Noord", ("De Regenboog", "De Klimop"), ("ouderfunctionaris", "contactpersoon")),
    ("OAT Zuid", ("De Oase",), ("collega",)),
)
INVITED = NewUser("Fatima Haddad", "Fatima", "liaison", "fatima@demo.example", phone="+31612340004")


def furnish(service: CasesService, by: Scope, schools: dict[str, UUID], users: dict[str, UUID]) -> None:
    """As of today: an invitation works for a week."""
    for name, of_schools, of_users in TEAMS:
        there, people = frozenset(schools[each] for each in of_schools), frozenset(users[each] for each in of_users)
        teams.make(service, by, NewTeam(name, there, people))
    invitations.invite(service, by, INVITED)
