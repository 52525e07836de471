"""Checks requests against botocore's models of the services: AWS's own descriptions of operations, members and values."""

import json
import re
from functools import lru_cache

import regex
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.serialize import create_serializer

_loader = Loader()


@lru_cache(maxsize=None)
def _load_operation(service, name):
    return ServiceModel(_load_model(service), service).operation_model(name)


@lru_cache(maxsize=None)
def _load_model(service):
    return _loader.load_service_model(service, "service-2")


def check_request(request, counts):
    """Yields (parameter, problem) for everything in a request that the model does not allow.

    Problems name the kind of a value, never the value: it may be a secret.

    counts: a counter of the checks by kind, to which it adds.
    """
    operation = _load_operation(request["service"], request["operation"])
    parameters = _without_nothing(request["parameters"])
    if operation.deprecated:
        yield "", "the operation is deprecated"
    if operation.input_shape is not None:
        yield from _check(operation.input_shape, parameters, "", counts)
        if request["sent"]:
            yield from _check_names(operation, request, parameters, counts)


def _without_nothing(value):
    if isinstance(value, dict):
        return {key: _without_nothing(member) for key, member in value.items() if member is not None}
    return [_without_nothing(member) for member in value] if isinstance(value, list) else value


def _check(shape, value, path, counts):
    constraints = shape.metadata
    if shape.type_name == "structure":
        for name in shape.required_members:
            counts["required"] += 1
            if name not in value:
                yield f"{path}.{name}", "is required and missing"
        for name, member in value.items():
            if name in shape.members:
                yield from _check(shape.members[name], member, f"{path}.{name}", counts)
            else:
                yield f"{path}.{name}", "is not in the model"
    elif shape.type_name == "list":
        yield from _check_bounds(constraints, len(value), path, "a list of {}", counts)
        for member in value:
            yield from _check(shape.member, member, f"{path}[]", counts)
    elif shape.type_name == "map":
        yield from _check_bounds(constraints, len(value), path, "a map of {}", counts)
        for key, member in value.items():
            yield from _check(shape.key, key, f"{path}.<key>", counts)
            yield from _check(shape.value, member, f"{path}.{key}", counts)
    elif shape.type_name == "string":
        yield from _check_string(shape, value, path, counts)
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from _check_bounds(constraints, value, path, "the number {}", counts)


def _check_bounds(constraints, size, path, kind, counts):
    for name, violates in (("min", lambda bound: size < bound), ("max", lambda bound: size > bound)):
        if name in constraints:
            counts[name] += 1
            if violates(constraints[name]):
                yield path, f"is {kind.format(size)}: {name} is {constraints[name]}"


def _check_string(shape, value, path, counts):
    kind = f"a string of {len(value)} characters"
    yield from _check_bounds(shape.metadata, len(value), path, "a string of {} characters", counts)
    if shape.enum:
        counts["enum"] += 1
        if value not in shape.enum:
            yield path, f"is {kind}: allowed are {', '.join(shape.enum)}"
    pattern = shape.metadata.get("pattern")
    if pattern is not None:
        counts["pattern"] += 1
        if not _compile(pattern).search(value):
            yield path, f"is {kind}: expected is {pattern}"


@lru_cache(maxsize=None)
def _compile(pattern):
    """Models have Java's patterns, which match the whole value, and name characters above U+FFFF by surrogates."""
    pattern = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    return regex.compile(f"^(?:{pattern})$", regex.DOTALL)


def _check_names(operation, request, parameters, counts):
    """Yields the names that were sent and that botocore would not send for the same parameters: the model lacks them."""
    protocol = request["protocol"]
    serialized = create_serializer(protocol, include_validation=False).serialize_to_request(parameters, operation)
    body = serialized["body"]
    if protocol in ("query", "ec2"):
        known = set(body) | set(serialized["query_string"])
    elif protocol == "rest-xml":
        known = set(re.findall(r"<(\w+)", body.decode() if isinstance(body, bytes) else ""))
    else:
        known = set(json.loads(body or "{}"))
    for name in request["sent"]:
        counts["name"] += 1
        if name not in known:
            yield f".{name}", "is not in the model"
