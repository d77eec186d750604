"""The Kubernetes manifests of the docs: pods against Kubernetes' own schemas, the rest against KubeRay's fields."""

import shlex
from pathlib import Path

import jsonschema
import kubernetes_validate
import pytest
import yaml

from tests.test_docs import commands, options_of

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "kubernetes"
MANIFESTS = sorted(FOLDER.glob("*.yaml"))


def closed(required=(), **properties):
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


TEXT, COUNT, FLAG = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "boolean"}
START = {"type": "object", "additionalProperties": TEXT}
TEMPLATE = {"type": "object", "required": ["spec"]}
CLUSTER = closed(
    ["headGroupSpec"],
    rayVersion=TEXT,
    enableInTreeAutoscaling=FLAG,
    autoscalerOptions=closed(
        upscalingMode={"enum": ["Default", "Aggressive", "Conservative"]}, idleTimeoutSeconds=COUNT
    ),
    headGroupSpec=closed(["rayStartParams", "template"], rayStartParams=START, template=TEMPLATE, serviceType=TEXT),
    workerGroupSpecs={
        "type": "array",
        "items": closed(
            ["groupName", "maxReplicas", "minReplicas", "rayStartParams", "template"],
            groupName=TEXT,
            replicas=COUNT,
            minReplicas=COUNT,
            maxReplicas=COUNT,
            numOfHosts=COUNT,
            rayStartParams=START,
            template=TEMPLATE,
        ),
    },
)
RAY_JOB = closed(
    ["apiVersion", "kind", "metadata", "spec"],
    apiVersion={"const": "ray.io/v1"},
    kind={"const": "RayJob"},
    metadata=closed(["name"], name=TEXT, namespace=TEXT, labels=START),
    spec=closed(
        ["entrypoint", "rayClusterSpec"],
        entrypoint=TEXT,
        submissionMode={"enum": ["K8sJobMode", "HTTPMode", "InteractiveMode", "SidecarMode"]},
        shutdownAfterJobFinishes=FLAG,
        ttlSecondsAfterFinished=COUNT,
        activeDeadlineSeconds=COUNT,
        backoffLimit=COUNT,
        runtimeEnvYAML=TEXT,
        suspend=FLAG,
        rayClusterSpec=CLUSTER,
    ),
)
"""The fields of KubeRay's API reference (ray.io/v1) that a batch may need."""


def loaded(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def groups(job):
    cluster = job["spec"]["rayClusterSpec"]
    return [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]


def checked(job):
    jsonschema.validate(job, RAY_JOB)
    for group in groups(job):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "checked"}, "spec": group["template"]["spec"]}
        kubernetes_validate.validate(pod, "1.31", strict=True)


def test_there_is_one():
    assert MANIFESTS


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_a_manifest_is_what_the_schemas_want(path):
    checked(loaded(path))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_its_command_is_one_that_there_is(path):
    command = shlex.split(loaded(path)["spec"]["entrypoint"])
    assert command[:2] == ["ocrprep", "read"]
    used = {word for word in command if word.startswith("-")}
    assert used
    assert used <= options_of(commands()["read",])
    assert command[command.index("--ray") + 1] == "auto"


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_shared_memory_is_part_of_a_pods_memory(path):
    for group in groups(loaded(path)):
        spec = group["template"]["spec"]
        (container,) = spec["containers"]
        (volume,) = [item for item in spec["volumes"] if item["name"] == "shared-memory"]
        shared, limit = volume["emptyDir"]["sizeLimit"], container["resources"]["limits"]["memory"]
        assert int(shared.removesuffix("Gi")) * 2 <= int(limit.removesuffix("Gi"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda job: job["spec"].update(entrypont="x"),
        lambda job: job["spec"].pop("entrypoint"),
        lambda job: job["spec"]["rayClusterSpec"]["headGroupSpec"]["rayStartParams"].update({"num-cpus": 0}),
        lambda job: groups(job)[1]["template"]["spec"]["containers"][0].update(images="x"),
        lambda job: groups(job)[1]["template"]["spec"]["containers"][0]["resources"].update(request={"cpu": "1"}),
        lambda job: groups(job)[0]["template"]["spec"].pop("containers"),
    ],
)
def test_the_check_can_fail(spoil):
    job = loaded(MANIFESTS[0])
    spoil(job)
    with pytest.raises((jsonschema.ValidationError, kubernetes_validate.ValidationError)):
        checked(job)
