"""The dashboard and the alerts ask for figures that the code keeps, by labels that these have."""

from __future__ import annotations

import importlib
import json
import re
from functools import cache
from pathlib import Path

import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

GRAFANA = Path(__file__).parents[2] / "deploy" / "grafana"
SERVICES = ("cases", "scheduling", "notifications")
FUNCTIONS = {"sum", "rate", "max", "topk", "histogram_quantile", "by"}


@cache
def kept() -> dict[str, set[str]]:
    """Labels by the names under which Prometheus gets each figure of our own."""
    for service in SERVICES:
        importlib.import_module(f"services.{service}.app")
        importlib.import_module(f"services.{service}.worker")
    found = {}
    for metric in set(REGISTRY._collector_to_names):
        if isinstance(metric, MetricWrapperBase):
            described = next(iter(metric.describe()))
            ending = {"counter": "_total", "histogram": "_bucket"}.get(described.type, "")
            found[described.name + ending] = {*metric._labelnames, *(["le"] if ending == "_bucket" else [])}
    return found


def check(expression: str) -> None:
    known = kept()
    bare = re.sub(r'"[^"]*"|\[\w+\]', "", expression)
    words = set(re.findall(r"[a-z_]{2,}", bare)) - FUNCTIONS
    metrics = words & set(known)
    assert metrics, expression
    labels = set().union(*(known[metric] for metric in metrics))
    assert words - metrics <= labels, expression


def test_the_dashboard_asks_for_what_is_kept() -> None:
    board = json.loads((GRAFANA / "dashboard.json").read_text())
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    for panel in board["panels"]:
        for target in panel["targets"]:
            check(target["expr"])


def test_the_alerts_ask_for_what_is_kept_and_say_what_it_means() -> None:
    rules = yaml.safe_load((GRAFANA / "alerts.yml").read_text())["groups"][0]["rules"]
    for rule in rules:
        check(rule["expr"])
        assert rule["annotations"]["description"]
        assert rule["labels"]["severity"] in ("page", "ticket")
