"""Who can log in to the demo, and the schools that they work for. The contract names these addresses and the password."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "demo-wachtwoord"  # noqa: S105 - it stands in the manual
ALLIANCE = "Samenwerkingsverband Maasoevers"
SCHOOLS = {"De Regenboog": "11AB00", "De Klimop": "12CD00", "De Oase": "13EF00"}


@dataclass(frozen=True)
class DemoAccount:
    """One of the eight."""

    key: str
    name: str
    role: str
    schools: tuple[str, ...] = ()
    phone: str | None = None
    password: str = PASSWORD

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example"

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


ACCOUNTS = (
    DemoAccount("regenboog", "Anneke Visser", "school_staff", ("De Regenboog",), "+31101230001"),
    DemoAccount("klimop", "Bram Hoekstra", "school_staff", ("De Klimop",), "+31101230002"),
    DemoAccount("oase", "Noor el Idrissi", "school_staff", ("De Oase",), "+31101230003"),
    DemoAccount("ouderfunctionaris", "Samira Bakkali", "liaison", ("De Regenboog", "De Klimop"), "+31612340001"),
    DemoAccount("collega", "Joost van Dalen", "liaison", ("De Oase",), "+31612340002"),
    DemoAccount("contactpersoon", "Marjan de Wit", "team_member", ("De Regenboog", "De Klimop"), "+31612340003"),
    DemoAccount("coordinator", "Ruben Osei", "coordinator"),
    DemoAccount("beheer", "Petra Kuipers", "administrator"),
)
