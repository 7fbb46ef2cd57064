"""An OpenAPI document made ready to be read: operations by group, with what goes in, what comes out, and an example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 5
# What a type looks like in an example when the document gives none.
_BY_FORMAT = {
    "uuid": "01930d5e-7c1a-7b3e-9f10-2b6f3c4d5e6f",
    "date-time": "2026-11-24T13:00:00+01:00",
    "date": "2026-11-24",
    "email": "ouder@voorbeeld.example",
    "uri": "https://voorbeeld.example",
}
_BY_TYPE: dict[str, Any] = {"string": "tekst", "integer": 1, "number": 1.5, "boolean": True, "null": None}


@dataclass(frozen=True)
class Field:
    """One line of a table: a parameter, or a field of a body (`guardians[].email`)."""

    name: str
    kind: str
    required: bool
    text: str
    place: str = ""


@dataclass(frozen=True)
class Answer:
    """One answer: status, what it means, and what its body looks like."""

    status: str
    text: str
    example: str


@dataclass(frozen=True)
class Operation:
    """One operation, flat."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    roles: list[str]
    parameters: list[Field]
    fields: list[Field]
    example: str
    answers: list[Answer]


def describe(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """Operations by tag, in the order of the document."""
    groups: dict[str, list[Operation]] = {}
    reader = _Reader(document)
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                tag = (item[method].get("tags") or ["API"])[0]
                groups.setdefault(tag, []).append(reader.operation(path, method, item))
    return groups


class _Reader:
    """Follows the references inside one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        found = item[method]
        schema = self._body_schema(found.get("requestBody", {}))
        return Operation(
            id=f"{method}-{path.strip('/').translate(str.maketrans('/{}', '---'))}",
            method=method.upper(),
            path=path,
            summary=found.get("summary", ""),
            description=found.get("description", ""),
            roles=found.get("x-roles", []),
            parameters=[self._parameter(each) for each in item.get("parameters", []) + found.get("parameters", [])],
            fields=self._fields(schema, "", 0),
            example=_pretty(self._example(schema, 0)) if schema else "",
            answers=sorted(self._answers(found.get("responses", {})), key=lambda answer: answer.status),
        )

    def _body_schema(self, body: Mapping[str, Any]) -> dict[str, Any]:
        content = self._resolve(body).get("content", {})
        media: Mapping[str, Any] = content.get("application/json") or next(iter(content.values()), {})
        return self._resolve(media.get("schema", {}))

    def _parameter(self, node: Mapping[str, Any]) -> Field:
        found = self._resolve(node)
        schema = self._resolve(found.get("schema", {}))
        told = _rules({**schema, "description": found.get("description") or schema.get("description", "")})
        return Field(found["name"], _kind(schema), found.get("required", False), told, found["in"])

    def _answers(self, responses: Mapping[str, Any]) -> list[Answer]:
        answers = []
        for status, node in responses.items():
            found = self._resolve(node)
            schema = self._body_schema(found)
            answers.append(Answer(str(status), found.get("description", ""), _pretty(self._example(schema, 0)) if schema else ""))
        return answers

    def _fields(self, schema: Mapping[str, Any], prefix: str, depth: int) -> list[Field]:
        required, found = set(schema.get("required", [])), []
        for name, node in schema.get("properties", {}).items():
            field = self._resolve(node)
            found.append(Field(prefix + name, _kind(field), name in required, _rules(field)))
            inner = self._resolve(field.get("items", {})) if field.get("type") == "array" else field
            if depth < _DEEPEST:
                found += self._fields(inner, f"{prefix}{name}{'[]' if inner is not field else ''}.", depth + 1)
        return found

    def _example(self, schema: Mapping[str, Any], depth: int) -> Any:
        found = self._resolve(schema)
        if "example" in found:
            return found["example"]
        if found.get("examples"):
            return found["examples"][0]
        if "properties" in found and depth < _DEEPEST:
            return {name: self._example(field, depth + 1) for name, field in found["properties"].items()}
        if found.get("type") == "array" and depth < _DEEPEST:
            return [self._example(found.get("items", {}), depth + 1)]
        return _plain_example(found)

    def _resolve(self, node: Mapping[str, Any]) -> dict[str, Any]:
        found: Any = node
        while "$ref" in found:
            target: Any = self._document
            for part in found["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            found = target
        parts = found.get("allOf") or [each for each in found.get("anyOf", []) if each.get("type") != "null"][:1]
        for part in parts:
            found = {**self._resolve(part), **found}
        return dict(found)


def _kind(schema: Mapping[str, Any]) -> str:
    kinds = schema.get("type", "")
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    if schema.get("type") == "array":
        names = ["array"]
    return " | ".join(filter(None, [*names[:1], schema.get("format", ""), *names[1:]])).replace("string | ", "string, ", 1)


def _rules(schema: Mapping[str, Any]) -> str:
    told = [schema.get("description", "")]
    if "enum" in schema:
        told.append(" · ".join(str(each) for each in schema["enum"]))
    bounds = [f"{name} {schema[name]}" for name in ("minimum", "maximum", "maxLength", "maxItems") if name in schema]
    return ". ".join(filter(None, [*told, ", ".join(bounds)]))


def _plain_example(schema: Mapping[str, Any]) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "object")
    first = kind if isinstance(kind, str) else next(iter(kind), "string")
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE.get(first, {} if first == "object" else []))


def _pretty(example: Any) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)
