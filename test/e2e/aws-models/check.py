"""Checks recorded requests: check.py FOLDER. Prints what was checked and found as one JSON document.

The folder has a file of each emulated AWS, which recorder.py wrote.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from linters import CfnLint, Preflight
from service_models import check_request
from templates import TESTS, is_accepted, to_templates

def main(folder):
    recordings = [
        [json.loads(line) for line in file.read_text().splitlines()] for file in sorted(Path(folder).glob("*.jsonl"))
    ]
    counts = Counter()
    findings = Counter(_check_requests([request for requests in recordings for request in requests], counts))
    unconverted = set()
    created = [[request for request in requests if is_accepted(request)] for requests in recordings]
    for region, templates in to_templates(created, unconverted).items():
        findings.update(_check_templates(region, templates, counts))
    report = {
        "counts": counts,
        "unconverted": sorted(unconverted),
        "findings": [text if count == 1 else f"{text} ({count} times)" for text, count in sorted(findings.items())],
    }
    print(json.dumps(report))


def _check_requests(requests, counts):
    operations = set()
    for request in requests:
        name = f"{request['service']} {request['operation']}"
        counts["requests"] += 1
        if "unreadable" in request:
            yield f"{name}: cannot be read: {request['unreadable']}"
            continue
        operations.add(name)
        checks = Counter()
        for parameter, problem in check_request(request, checks):
            yield f"{name}, {_find_name(request['parameters'])}: {parameter.lstrip('.')} {problem} (botocore)"
        counts["checks"] += checks.total()
    counts["operations"] = len(operations)


def _check_templates(region, templates, counts):
    preflight = Preflight(region, templates)
    counts["rules"] += len(preflight.rules)
    for linter in (CfnLint(region), preflight):
        for template in templates:
            for logical_name, path, problem, source in linter.check(template):
                resource = template["Resources"].get(logical_name, {"Type": "", "Properties": {}})
                name = _find_name(resource["Properties"])
                problem = _shorten(_without_secrets(resource["Properties"], problem))
                yield f"{resource['Type']} in {region}, {name}: {path}: {problem} ({source})"
    counts["templates"] += len(templates)
    counts["resources"] += sum(len(template["Resources"]) for template in templates)


def _find_name(parameters):
    """Returns the value of the first parameter that names a resource."""
    names = (
        value
        for name, value in parameters.items()
        if isinstance(value, str) and value and re.search("(Arn|ARN|Bucket|Id|Identifier|Identity|Name|Url)$", name)
    )
    return next(names, "without a name")


def _without_secrets(properties, problem):
    """Linters quote values. Those of passwords, parameters and variables may be secrets."""
    for secret in _find_secrets(properties):
        problem = problem.replace(secret, f"<a string of {len(secret)} characters>")
    return problem


def _find_secrets(value, name=""):
    if isinstance(value, str) and name.endswith(("Password", "Value")) and len(value) >= 8:
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _find_secrets(member, key)
    elif isinstance(value, list):
        for member in value:
            yield from _find_secrets(member)


def _shorten(problem):
    """Some list hundreds of allowed values."""
    return problem if len(problem) <= 200 else problem[:200] + "…"


main(sys.argv[1])
