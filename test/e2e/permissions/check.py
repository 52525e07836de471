"""Reads policy documents by name as JSON, and prints what parliament finds: a list of [name, issue, detail]."""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

from parliament import analyze_policy_string  # noqa: E402

findings = []
for name, document in json.load(sys.stdin).items():
    for finding in analyze_policy_string(json.dumps(document), include_community_auditors=True).findings:
        findings.append([name, finding.issue, json.dumps(finding.detail)])
json.dump(findings, sys.stdout)
