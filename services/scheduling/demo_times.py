"""When the demo's people work, where its schools are, and a choice of times that waits for a parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from uuid import UUID

from services.scheduling.domain.availability import Hours, Lunch
from services.scheduling.domain.working_times import Closure, Different, SchoolTimes, WorkingTimes
from services.scheduling.service import SchedulingService
from services.scheduling.usecases import availability, choices, postcodes, school_times, slots
from services.scheduling.usecases.choices import NewChoice
from services.scheduling.usecases.slots import Question
from shared.tenancy import Principal, Scope

# About where Rotterdam's postcode areas are, to some hundreds of metres: enough for a demo, and for nothing else.
_AREAS = (
    "3011 51.9190 4.4870", "3012 51.9195 4.4730", "3013 51.9240 4.4680", "3014 51.9190 4.4620", "3015 51.9110 4.4690",
    "3016 51.9080 4.4790", "3021 51.9160 4.4540", "3022 51.9200 4.4490", "3023 51.9150 4.4430", "3024 51.9070 4.4500",
    "3025 51.9100 4.4370", "3026 51.9130 4.4330", "3027 51.9190 4.4310", "3028 51.9230 4.4280", "3029 51.9070 4.4200",
    "3031 51.9260 4.4900", "3032 51.9290 4.4790", "3033 51.9280 4.4720", "3034 51.9260 4.5010", "3035 51.9330 4.4810",
    "3036 51.9340 4.4750", "3037 51.9360 4.4700", "3038 51.9370 4.4560", "3039 51.9310 4.4560", "3043 51.9430 4.4100",
    "3051 51.9520 4.4700", "3061 51.9270 4.5070", "3062 51.9190 4.5230", "3063 51.9170 4.5120", "3066 51.9470 4.5500",
    "3067 51.9530 4.5560", "3068 51.9590 4.5400", "3071 51.9110 4.5010", "3072 51.9030 4.4960", "3073 51.8970 4.5010",
    "3074 51.8980 4.5110", "3075 51.8910 4.5180", "3076 51.8790 4.5270", "3077 51.8950 4.5430", "3078 51.8890 4.5560",
    "3079 51.8830 4.5370", "3081 51.8960 4.4860", "3082 51.8920 4.4760", "3083 51.8860 4.4870", "3084 51.8830 4.4710",
    "3085 51.8770 4.4830", "3086 51.8740 4.4750", "3087 51.8970 4.4450", "3089 51.8930 4.4150",
)  # fmt: skip
_SCHOOL_AREAS = {"De Regenboog": "3074", "De Klimop": "3083", "De Oase": "3025"}
_SCHOOL_DAY, _LONG, _SHORT = Hours(time(8, 15), time(16, 30)), Hours(time(8, 30), time(17)), Hours(time(8, 30), time(14))
_LUNCH = Lunch(Hours(time(12), time(13, 30)), 30)
_OF_ROLE: Mapping[str, Mapping[int, Sequence[Hours]]] = {
    "liaison": {1: [_LONG], 2: [_LONG], 3: [_LONG], 4: [_LONG], 5: [_SHORT]},
    "team_member": {2: [_LONG], 3: [_LONG], 4: [_LONG]},
    "school_staff": {1: [_SCHOOL_DAY], 2: [_SCHOOL_DAY], 4: [_SCHOOL_DAY], 5: [_SCHOOL_DAY]},
}


def bring_postcodes(service: SchedulingService) -> None:
    table = "\n".join(line.replace(" ", ",") for line in _AREAS)
    postcodes.replace_all(service, Scope(audience="administration"), table.encode())


def say_hours(service: SchedulingService, who: Principal, monday: date) -> None:
    """A liaison's week from and to the office, with a day off in three weeks."""
    day_off = monday + timedelta(days=23)
    office = "3011" if who.role in ("liaison", "team_member") else None
    times = WorkingTimes(_OF_ROLE[who.role], [Different(day_off, day_off)], _LUNCH, 5, 2, office, office)
    availability.save(service, who, who.user_id, times)


def open_schools(service: SchedulingService, who: Principal, monday: date) -> None:
    """Where they are, when they are open, and a day for the teachers alone."""
    for school_id, name in school_times.schools(service, who).items():
        week = {day: [_SCHOOL_DAY] for day in range(1, 6)}
        school_times.save(service, who, school_id, SchoolTimes(week, "Midden", _SCHOOL_AREAS.get(name)))
        study_day = monday + timedelta(days=16)
        school_times.close(service, who, school_id, Closure(study_day, study_day, "Studiedag"))


def offer_times(service: SchedulingService, who: Principal, case_id: UUID, guardian_ids: Sequence[UUID]) -> None:
    """Three times in the coming weeks, of which a parent can choose one."""
    found = slots.find(service, who, Question(case_id, "home_visit", 60, guardian_ids))
    if len(found) >= 3:  # in a full fortnight there is nothing to choose
        starts = sorted(each.starts_at for each in found[:3])
        choices.offer(service, who, NewChoice(case_id, "home_visit", 60, starts, guardian_ids))
