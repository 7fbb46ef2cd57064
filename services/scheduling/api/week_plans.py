"""Week plans over HTTP: ask for one, see it grow, change it, accept it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from services.scheduling import service
from services.scheduling.domain.appointment import LONGEST, SHORTEST
from services.scheduling.domain.busy import Period
from services.scheduling.domain.week.model import VALUES
from services.scheduling.domain.week_plan import MOST_VISITS, MOST_WINDOWS
from services.scheduling.pages import week_plan_words as words
from services.scheduling.usecases import week_plans
from services.scheduling.usecases.week_plans import NewPlan, Seen, Wish
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema, Text, Whole
from shared.web.i18n import N_

routes = Blueprint("week_plans", __name__)
ROLES = ("liaison", "team_member")


class WindowSchema(Schema):
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)

    @validates_schema
    def begins_first(self, data: dict[str, Any], **_: Any) -> None:
        if data["ends_at"] <= data["starts_at"]:
            raise ValidationError("Kies een einde na het begin.", "ends_at")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Period:
        return Period(**data)


class WishSchema(Schema):
    case_id = fields.UUID(required=True)
    duration_minutes = Whole(SHORTEST, LONGEST, required=True)
    priority = Whole(min(VALUES), max(VALUES), required=True, metadata={"description": "1 is the most urgent."})
    windows = fields.List(
        fields.Nested(WindowSchema),
        load_default=list,
        validate=validate.Length(max=MOST_WINDOWS, error="Geef hoogstens 20 tijden op."),
        metadata={"description": "When the visit suits; without any, within all working hours."},
    )
    participant_ids = fields.List(
        fields.UUID(), load_default=None, allow_none=True, metadata={"description": "Guardians of the case; all unless told."}
    )

    @validates_schema
    def fits_its_windows(self, data: dict[str, Any], **_: Any) -> None:
        """A window that the visit cannot fit is a mistake, and not an opinion about the week."""
        wrong = {}
        for number, window in enumerate(data.get("windows", ())):
            if (window.ends_at - window.starts_at).total_seconds() < data.get("duration_minutes", 0) * 60:
                wrong[number] = {"ends_at": [N_("Dit is korter dan het bezoek duurt.")]}
        if wrong:
            raise ValidationError({"windows": wrong})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Wish:
        return Wish(**data)


class NewPlanSchema(Schema):
    week = Text(max=10, required=True, metadata={"description": "`2027-W05`, or the date of its Monday."})
    visits = fields.List(
        fields.Nested(WishSchema), required=True, validate=validate.Length(1, MOST_VISITS, error="Kies 1 tot en met 60 bezoeken.")
    )
    seed = Whole(0, 2**31 - 1, load_default=1, metadata={"description": "The same seed gives the same plan."})

    @validates_schema
    def names_each_family_once(self, data: dict[str, Any], **_: Any) -> None:
        seen: set[UUID] = set()
        wrong: dict[int, dict[str, list[str]]] = {}
        for number, wish in enumerate(data.get("visits", ())):
            if wish.case_id in seen:
                wrong[number] = {"case_id": [N_("Dit gezin staat er al bij.")]}
            seen.add(wish.case_id)
        if wrong:
            raise ValidationError({"visits": wrong})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewPlan:
        return NewPlan(**data)


class VisitChangeSchema(Schema):
    case_id = fields.UUID(required=True)
    starts_at = Instant(required=True, allow_none=True, metadata={"description": "Null takes the visit out of the plan."})


class ChangeSchema(Schema):
    visits = fields.List(
        fields.Nested(VisitChangeSchema),
        required=True,
        validate=validate.Length(1, MOST_VISITS, error="Kies 1 tot en met 60 bezoeken."),
    )


class AcceptSchema(Schema):
    case_ids = fields.List(
        fields.UUID(),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=MOST_VISITS, error="Kies hoogstens 60 bezoeken."),
        metadata={"description": "Which visits; all that have a time unless told."},
    )


class PlanVisitSchema(Schema):
    case_id = fields.UUID()
    school_id = fields.UUID()
    duration_minutes = fields.Integer()
    priority = fields.Integer()
    participant_ids = fields.List(fields.UUID())
    status = fields.String(metadata={"description": "proposed, booked, refused (taken meanwhile) or left_out"})
    starts_at = Instant(allow_none=True)
    ends_at = Instant(allow_none=True)
    travel_minutes = fields.Integer(allow_none=True, metadata={"description": "The way there, from what comes before it."})
    reason = fields.String(allow_none=True, metadata={"description": "Why it is not in the plan, or was not booked."})
    notes = fields.List(fields.String(), metadata={"description": "A feast or a school break on that day."})
    appointment_id = fields.UUID(allow_none=True)


class LeftOutSchema(Schema):
    case_id = fields.UUID()
    reason = fields.String()


class PlanFaultSchema(Schema):
    what = fields.String()
    case_ids = fields.List(fields.UUID())
    detail = fields.String()


class GapSchema(Schema):
    proven = fields.Boolean(metadata={"description": "There is no better plan."})
    value = fields.Integer(allow_none=True)
    value_bound = fields.Integer(allow_none=True, metadata={"description": "No plan is worth more."})
    travel_bound = fields.Integer(allow_none=True, metadata={"description": "No plan of this value has less travel."})
    detail = fields.String()


class WeekPlanSchema(Schema):
    id = fields.UUID()
    week = fields.String()
    state = fields.String(metadata={"description": "queued, solving, proposed, failed or cancelled"})
    version = fields.Integer()
    progress = fields.Integer(metadata={"description": "Percent."})
    planned = fields.Integer(metadata={"description": "Visits in the best plan so far."})
    travel_minutes = fields.Integer()
    visits = fields.List(fields.Nested(PlanVisitSchema))
    left_out = fields.List(fields.Nested(LeftOutSchema))
    problems = fields.List(fields.Nested(PlanFaultSchema), metadata={"description": "What is wrong with it now, in words."})
    gap = fields.Nested(GapSchema, allow_none=True)


@routes.route("/week-plans", methods=["POST"])
@allow(*ROLES)
@routes.arguments(NewPlanSchema)
@routes.response(201, WeekPlanSchema)
def ask(new: NewPlan) -> Any:
    """Ask for a plan: it is made apart, and nobody is told of it before it is accepted."""
    made = week_plans.ask(service.current(), principal(), new)
    return _answer(week_plans.read(service.current(), principal(), made.id), 201)


@routes.route("/week-plans/<uuid:plan_id>", methods=["GET"])
@allow(*ROLES)
@routes.response(200, WeekPlanSchema)
def read(plan_id: UUID) -> Any:
    """How far it is, or the plan, checked against the week as it is now."""
    return _answer(week_plans.read(service.current(), principal(), plan_id))


@routes.route("/week-plans/<uuid:plan_id>", methods=["PATCH"])
@allow(*ROLES)
@routes.arguments(ChangeSchema)
@routes.response(200, WeekPlanSchema)
def change(given: dict[str, Any], plan_id: UUID) -> Any:
    """Change it by hand; `problems` says what is wrong with it then. Takes `If-Match`."""
    changes = [(each["case_id"], each["starts_at"]) for each in given["visits"]]
    return _answer(week_plans.change(service.current(), principal(), plan_id, changes, expected_version()))


@routes.route("/week-plans/<uuid:plan_id>/cancel", methods=["POST"])
@allow(*ROLES)
@routes.response(200, WeekPlanSchema)
def cancel(plan_id: UUID) -> Any:
    """Stop making it."""
    return _answer(week_plans.cancel(service.current(), principal(), plan_id))


@routes.route("/week-plans/<uuid:plan_id>/accept", methods=["POST"])
@allow(*ROLES)
@routes.arguments(AcceptSchema)
@routes.response(200, WeekPlanSchema)
def accept(given: dict[str, Any], plan_id: UUID) -> Any:
    """Book all of it or some; each visit is booked whole, or says who is taken when. Takes `If-Match`."""
    return _answer(week_plans.accept(service.current(), principal(), plan_id, given["case_ids"], expected_version()))


def _answer(seen: Seen, status: int = 200) -> Any:
    return with_etag(words.told(seen), seen.plan.version, status)
