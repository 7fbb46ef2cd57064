"""The tables of `scheduling`. `school_id` leads every key, but for `occupancy`, which crosses schools and holds no content."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, ExcludeConstraint
from sqlalchemy.orm import column_property, foreign, registry, relationship

from services.scheduling.domain.appointment import Appointment, Participant
from services.scheduling.domain.choice import Choice, Invitee, OfferedSlot
from services.scheduling.domain.people import ENDED
from shared.database import new_metadata

metadata = new_metadata()
mapping = registry(metadata=metadata)
_Instant = sa.DateTime(timezone=True)


def _school() -> sa.Column[object]:
    return sa.Column("school_id", sa.Uuid, primary_key=True)


def _id(name: str = "id") -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, primary_key=True)


def _stop() -> tuple[sa.Column[object], ...]:
    """Where somebody is then, for the way from there; nobody is shown it. Without a door: a telephone call."""
    door = sa.Column("door", sa.Uuid)
    return door, sa.Column("latitude", sa.Double), sa.Column("longitude", sa.Double)


def _as_called() -> tuple[sa.Column[object], ...]:
    """Who is asked, in their order, by the name of that day."""
    return (
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("guardian", sa.Boolean, nullable=False),
    )


schools = sa.Table("schools", metadata, _school(), sa.Column("name", sa.Text, nullable=False))

people = sa.Table(
    "people",
    metadata,
    _school(),
    _id("person_id"),
    sa.Column("case_id", sa.Uuid, comment="null: a member of staff"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("first_name", sa.Text, nullable=False),
    sa.Column("phone", sa.Text),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("interpreter_needed", sa.Boolean, nullable=False),
    sa.Column("valid_from", sa.Date, comment="of a member of staff"),
    sa.Column("valid_until", sa.Date),
    sa.Column("postcode_area", sa.Text, comment="of a guardian, unless their address is secret: four digits"),
    sa.Index("ix_people_case", "school_id", "case_id"),
)

cases = sa.Table(
    "cases",
    metadata,
    _school(),
    _id("case_id"),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("phase", sa.Text, nullable=False),
    sa.Column("guardian_ids", ARRAY(sa.Uuid), nullable=False),
    sa.Column("liaison_id", sa.Uuid),
)

appointments = sa.Table(
    "appointments",
    metadata,
    _school(),
    _id(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("location", sa.Text),
    sa.Column("starts_at", _Instant, nullable=False),
    sa.Column("ends_at", _Instant, nullable=False),
    sa.Column("host_id", sa.Uuid, nullable=False),
    sa.Column("host_name", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("interpreter_needed", sa.Boolean, comment="said of this one; null: as is known of those who come"),
    sa.Column("interpreter_arranged", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("interpreter_note", sa.Text, comment="who interprets, for colleagues"),
    sa.CheckConstraint("starts_at < ends_at", "period"),
    sa.CheckConstraint("status in ('invited','confirmed','cancelled','held','no_show')", "status"),
    sa.Index("ix_appointments_time", "school_id", "starts_at", "id"),
    sa.Index("ix_appointments_case", "school_id", "case_id", "starts_at"),
)

participants = sa.Table(
    "participants",
    metadata,
    _school(),
    _id("appointment_id"),
    _id("person_id"),
    *_as_called(),
    sa.Column("response", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["school_id", "appointment_id"], ["appointments.school_id", "appointments.id"]),
    sa.CheckConstraint("response in ('awaiting','accepted','declined','another_time')", "response"),
)

# What a parent wrote with their answer: apart, because the school reads it only where it planned the appointment itself.
notes = sa.Table(
    "notes",
    metadata,
    _school(),
    _id("appointment_id"),
    _id("person_id"),
    sa.Column("host_id", sa.Uuid, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(["school_id", "appointment_id"], ["appointments.school_id", "appointments.id"]),
)

history = sa.Table(
    "history",
    metadata,
    _school(),
    _id(),
    sa.Column("appointment_id", sa.Uuid, nullable=False),
    sa.Column("at", _Instant, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("actor_id", sa.Uuid, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("data", JSONB, nullable=False),
    sa.ForeignKeyConstraint(["school_id", "appointment_id"], ["appointments.school_id", "appointments.id"]),
    sa.Index("ix_history_appointment", "school_id", "appointment_id", "at"),
)

# Who is busy when, across all schools, and not with what. The constraint is what makes double booking impossible.
occupancy = sa.Table(
    "occupancy",
    metadata,
    _id("appointment_id"),
    _id("person_id"),
    sa.Column("during", TSTZRANGE, nullable=False, comment="the way there included"),
    sa.Column("travel_minutes", sa.SmallInteger, nullable=False, server_default="0", comment="of during, the way there"),
    *_stop(),
    ExcludeConstraint(("person_id", "="), ("during", "&&"), using="gist", name="ex_occupancy_person_during"),
)

# Who subscribed their own calendar. The secret in its address is kept as a hash only.
feeds = sa.Table(
    "feeds",
    metadata,
    _id("user_id"),
    sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("made_at", _Instant, nullable=False),
)


def _times() -> tuple[sa.Column[object], ...]:
    """A `WorkingTimes`: hours as `["08:30", "17:00"]`."""
    return (
        sa.Column("weekly", JSONB, nullable=False, comment="by ISO weekday"),
        sa.Column("exceptions", JSONB, nullable=False),
        sa.Column("lunch", JSONB),
        sa.Column("buffer_minutes", sa.SmallInteger, nullable=False),
        sa.Column("lead_hours", sa.SmallInteger, nullable=False),
        sa.Column("start_postcode", sa.Text),
        sa.Column("end_postcode", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )


# When members of staff work, at whatever schools; they write their own. Of guardians what they said, at their school.
working_times = sa.Table("working_times", metadata, _id("person_id"), *_times())
guardian_times = sa.Table("guardian_times", metadata, _school(), _id("person_id"), *_times())

school_times = sa.Table(
    "school_times",
    metadata,
    _school(),
    sa.Column("weekly", JSONB, nullable=False),
    sa.Column("region", sa.Text),
    sa.Column("postcode", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("region in ('Noord','Midden','Zuid')", "region"),
)

closures = sa.Table(
    "closures",
    metadata,
    _school(),
    _id(),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.CheckConstraint("first <= last", "period"),
    sa.CheckConstraint("source in ('own','csv','ics')", "source"),
    sa.UniqueConstraint("school_id", "first", "last", "name"),
)

# Where postcodes are (WGS 84): of the whole alliance, imported by an administrator.
postcodes = sa.Table(
    "postcodes",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("latitude", sa.Double, nullable=False),
    sa.Column("longitude", sa.Double, nullable=False),
)

# Times that parents were offered to choose from. They hold nobody's time.
choices = sa.Table(
    "choices",
    metadata,
    _school(),
    _id(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("location", sa.Text),
    sa.Column("host_id", sa.Uuid, nullable=False),
    sa.Column("host_name", sa.Text, nullable=False),
    sa.Column("offered_at", _Instant, nullable=False),
    sa.Column("expires_at", _Instant, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("appointment_id", sa.Uuid),
    sa.Column("picked_by", sa.Uuid),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("status in ('open','picked','withdrawn')", "status"),
    sa.Index("ix_choices_case", "school_id", "case_id"),
    sa.Index("ix_choices_open", "school_id", "expires_at", postgresql_where=sa.text("status = 'open'")),
)

choice_slots = sa.Table(
    "choice_slots",
    metadata,
    _school(),
    _id("choice_id"),
    sa.Column("starts_at", _Instant, primary_key=True),
    sa.Column("ends_at", _Instant, nullable=False),
    sa.ForeignKeyConstraint(["school_id", "choice_id"], ["choices.school_id", "choices.id"]),
    sa.CheckConstraint("starts_at < ends_at", "period"),
)

choice_invitees = sa.Table(
    "choice_invitees",
    metadata,
    _school(),
    _id("choice_id"),
    _id("person_id"),
    *_as_called(),
    sa.ForeignKeyConstraint(["school_id", "choice_id"], ["choices.school_id", "choices.id"]),
)

mapping.map_imperatively(OfferedSlot, choice_slots)
mapping.map_imperatively(Invitee, choice_invitees)
mapping.map_imperatively(
    Choice,
    choices,
    properties={
        name: relationship(
            kind,
            order_by=order,
            lazy="selectin",
            primaryjoin=sa.and_(choices.c.school_id == foreign(table.c.school_id), choices.c.id == foreign(table.c.choice_id)),
        )
        for name, kind, table, order in (
            ("slots", OfferedSlot, choice_slots, choice_slots.c.starts_at),
            ("invitees", Invitee, choice_invitees, choice_invitees.c.position),
        )
    },
)
mapping.map_imperatively(Participant, participants)
mapping.map_imperatively(
    Appointment,
    appointments,
    properties={
        "participants": relationship(
            Participant,
            order_by=participants.c.position,
            lazy="selectin",
            primaryjoin=sa.and_(
                appointments.c.school_id == foreign(participants.c.school_id),
                appointments.c.id == foreign(participants.c.appointment_id),
            ),
        ),
        "case_ended": column_property(
            sa.exists()
            .where(
                cases.c.school_id == appointments.c.school_id,
                cases.c.case_id == appointments.c.case_id,
                cases.c.phase == ENDED,
            )
            .correlate_except(cases),
            # Nothing that is written to an appointment changes it, and it is read when the transaction is over.
            expire_on_flush=False,
        ),
    },
)
