"""Turns recorded requests into CloudFormation templates: more tools check templates than requests.

CloudFormation's properties mostly have the names of the API's parameters, so conversions.py lists only the differences.
cfn-lint reports a parameter that is neither a property nor listed there as an unknown property.
"""

import json
import re

from conversions import CONVERSIONS

# The tests' own requests build what the program meets. They go the same way, but are no part of the program.
TESTS = "aws-sdk-js"

# CloudFormation allows 500 resources in a template.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_RESOURCES = 400

# Operations that read or remove.
_WITHOUT_STATE = re.compile("Abort|Delete|Describe|Detach|Get|Head|List|Remove|Revoke|Terminate|Unsubscribe|Untag")

# What differs each time that the same resource is created: suffixes of automatic names, and ids.
_RANDOM = re.compile(r"(?<=-)[0-9a-f]{7,17}\b|\bawseb-e-\w+(-stack-\w+-\w+)?")


def is_accepted(request):
    """Whether a request of the program succeeded."""
    return "parameters" in request and 200 <= request["status"] < 300 and TESTS not in request["agent"]


def to_templates(recordings, unconverted):
    """Returns a list of templates by region.

    recordings: for each emulated AWS, its requests in the order in which it received them.
    unconverted: a set, to which it adds the operations that create or change something and have no conversion.

    A template has a resource in one state only. A resource that was changed is in another template too.
    """
    templates = {}
    seen = set()
    for requests in recordings:
        for (region, type_, key), history in _collect_states(requests, unconverted).items():
            for properties in history:
                resource = {"Type": type_, "Properties": _to_lists(properties)}
                fingerprint = region + _RANDOM.sub("*", json.dumps(resource, sort_keys=True))
                if fingerprint not in seen:
                    seen.add(fingerprint)
                    _place(templates.setdefault(region, []), (type_, key), resource)
    return {region: [_to_template(group) for group in groups] for region, groups in templates.items()}


def _collect_states(requests, unconverted):
    """Returns the states that each resource had, one after the other."""
    states = {}
    for request in requests:
        operation = f"{request['service']}.{request['operation']}"
        for conversion in CONVERSIONS.get(operation, []):
            _add_state(states, request["region"], conversion, request["parameters"])
        if operation not in CONVERSIONS and not _WITHOUT_STATE.match(request["operation"]):
            unconverted.add(operation)
    return states


def _add_state(states, region, conversion, parameters):
    for properties in _to_properties(conversion, parameters):
        key = (region, conversion.type, conversion.identify(parameters) or len(states))
        history = states.get(key)
        if history is None and not conversion.update:
            states[key] = [properties]
        elif history is None:
            # The creation was not recorded: the resource was adopted.
            continue
        else:
            kept = {name: value for name, value in history[-1].items() if name not in conversion.ends}
            if kept == history[-1] and all(kept.get(name, value) == value for name, value in properties.items()):
                history[-1] = _merge(kept, properties)
            else:
                history.append(_merge(kept, properties) if conversion.update else properties)


def _to_properties(conversion, parameters):
    kept = {name: value for name, value in parameters.items() if name not in conversion.omit}
    converted = conversion.convert(kept)
    for properties in converted if isinstance(converted, list) else [converted]:
        renamed = {
            conversion.rename.get(name, name): json.loads(value) if name.endswith("PolicyDocument") else value
            for name, value in properties.items()
            if value is not None
        }
        if renamed:
            yield renamed


def _merge(old, new):
    merged = {**old, **new}
    for name in old.keys() & new.keys():
        if isinstance(old[name], dict):
            merged[name] = {**old[name], **new[name]}
    return merged


def _to_lists(properties):
    """Option settings are merged by name, and are a list in a template."""
    settings = properties.get("OptionSettings")
    return properties if settings is None else {**properties, "OptionSettings": list(settings.values())}


def _place(groups, identity, resource):
    for group in groups:
        if identity not in group and len(group) < MAX_RESOURCES:
            group[identity] = resource
            return
    groups.append({identity: resource})


def _to_template(group):
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            f"{resource['Type'].rpartition('::')[2]}{number}": resource
            for number, resource in enumerate(group.values())
        },
    }
