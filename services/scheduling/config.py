"""What `scheduling` needs beyond what every service does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marshmallow import fields, validate

from services.scheduling.domain.working_times import REGIONS
from shared.config import ServiceConfig, ServiceConfigSchema


class _Schema(ServiceConfigSchema):
    OSRM_URL = fields.String(load_default=None, validate=validate.Regexp(r"^https?://[^/]+", error="must begin with http://"))
    SCHOOL_REGION = fields.String(load_default=None, validate=validate.OneOf(REGIONS))


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """The secret key also signs the parents' reply links.

    `osrm_url`: a route solver (OSRM), up to and with its profile, for example `http://osrm:5000/table/v1/cycling`.
    `school_region`: of the school breaks (Noord, Midden, Zuid), for schools that did not say theirs.
    """

    service: ClassVar[str] = "scheduling"
    schema: ClassVar[type[ServiceConfigSchema]] = _Schema

    osrm_url: str | None = None
    school_region: str | None = None
