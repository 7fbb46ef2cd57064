"""An OpenAPI document with one of everything, for the page that shows one."""

from __future__ import annotations

from typing import Any

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Dossiers", "version": "v1"},
    "paths": {
        "/cases/api/v1/cases": {
            "get": {
                "tags": ["Dossiers"],
                "summary": "The caller's cases.",
                "x-roles": ["liaison", "school_staff"],
                "parameters": [
                    {"$ref": "#/components/parameters/limit"},
                    {"name": "phase", "in": "query", "schema": {"type": "string", "enum": ["referred", "closed"]}},
                ],
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}},
                    }
                },
            },
            "post": {
                "tags": ["Dossiers"],
                "summary": "Opens a case.",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Case"}}}},
                "responses": {"201": {"description": "Created"}, "422": {"description": "Something is not right", "content": {}}},
            },
        },
        "/cases/api/v1/cases/{case_id}": {
            "parameters": [{"name": "case_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}],
            "delete": {"tags": ["Dossiers"], "responses": {"204": {"description": "Erased"}}},
        },
        "/cases/api/v1/session": {"delete": {"responses": {"204": {"description": "Ended"}}}},
    },
    "components": {
        "parameters": {"limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}}},
        "schemas": {
            "Page": {
                "type": "object",
                "properties": {
                    "items": {"type": "array", "items": {"$ref": "#/components/schemas/Case"}},
                    "next_cursor": {"type": ["string", "null"]},
                },
            },
            "Guardian": {
                "type": "object",
                "required": ["first_name"],
                "properties": {
                    "first_name": {"type": "string", "maxLength": 100},
                    "email": {"type": ["string", "null"], "format": "email"},
                    "custody": {"type": "string", "enum": ["yes", "no", "unknown"], "description": "Who decides"},
                },
            },
            "Case": {
                "type": "object",
                "required": ["school_id", "guardians"],
                "properties": {
                    "school_id": {"type": "string", "format": "uuid"},
                    "planned_end_on": {"type": "string", "format": "date", "example": "2027-06-30"},
                    "guardians": {"type": "array", "items": {"$ref": "#/components/schemas/Guardian"}},
                    "child": {"anyOf": [{"$ref": "#/components/schemas/Guardian"}, {"type": "null"}]},
                    "interpreter_needed": {"type": "boolean"},
                },
            },
        },
    },
}
