"""The Kubernetes manifests: each is one, refers to what is there, and runs what the images hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from deploy.service.health import CHECKS

FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
SERVICES = ("cases", "scheduling", "notifications")
KUSTOMIZATIONS = sorted(FOLDER.rglob("kustomization.yaml"))
MANIFESTS = [
    (path, document)
    for path in sorted(FOLDER.rglob("*.yaml"))
    if path.name != "kustomization.yaml"
    for document in yaml.safe_load_all(path.read_text())
]


@pytest.mark.parametrize(
    ("path", "document"), MANIFESTS, ids=lambda value: value.stem if isinstance(value, Path) else value["kind"]
)
def test_a_manifest_is_valid(path: Path, document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("path", KUSTOMIZATIONS, ids=lambda path: path.parent.name)
def test_a_kustomization_names_what_is_there(path: Path) -> None:
    for resource in yaml.safe_load(path.read_text())["resources"]:
        found = path.parent / resource
        assert found.exists()
        assert found.is_file() or (found / "kustomization.yaml").exists()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_own_names_and_image(service: str) -> None:
    own = yaml.safe_load((FOLDER / service / "kustomization.yaml").read_text())
    assert own["namePrefix"] == f"{service}-"
    assert own["images"][0]["newName"] == f"partnerschap/{service}"
    assert ("signing-key" in str(own)) is (service == "cases")
    assert f"{service}-environment" in str(own)


def test_the_patches_point_at_what_is_there() -> None:
    workloads = [document for _, document in MANIFESTS if document["kind"] in ("Deployment", "Job")]
    for workload in workloads:
        container = workload["spec"]["template"]["spec"]["containers"][0]
        assert container["envFrom"][0]["secretRef"]["name"] == "environment"
        assert workload["kind"] == "Job" or {"volumeMounts"} <= set(container)


def test_the_ingress_sends_each_prefix_to_its_service() -> None:
    ingress = next(document for _, document in MANIFESTS if document["kind"] == "Ingress")
    paths = ingress["spec"]["rules"][0]["http"]["paths"]
    assert {path["path"]: path["backend"]["service"]["name"] for path in paths} == {
        f"/{name}": f"{name}-web" for name in SERVICES
    }


def test_every_container_is_confined_and_asks_for_what_exists() -> None:
    pods = [document["spec"]["template"]["spec"] for _, document in MANIFESTS if "template" in document["spec"]]
    for pod in pods:
        assert pod["securityContext"]["runAsUser"] == 10001
        container = pod["containers"][0]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        for probe in ("livenessProbe", "readinessProbe"):
            if probe in container:
                assert container[probe]["exec"]["command"][-1] in CHECKS
