"""Checks CloudFormation templates by cfn-lint, and by cdk-preflight's rules in AWS's CloudFormation Validate.

Both yield (resource's logical name, path of the property, problem, tool and rule).
"""

import importlib.util
import json
import re
import tarfile
from pathlib import Path

from cfnlint.config import ConfigMixIn
from cfnlint.decode.decode import decode_str
from cfnlint.runner import Runner
from cloudformation_validate import (
    EngineConfig,
    ExternalRuleSource,
    PseudoParameterOverrides,
    RegoEngine,
    RuleFilterConfig,
    Severity,
    TemplateContent,
    ValidateConfig,
)

ACCOUNT = "123456789012"

# Findings of cfn-lint that say nothing about the requests: the rule, and what its message matches.
_ACCEPTED = {
    # The templates have the values that were sent, where people would write references.
    "W2501": "Password shouldn't be hardcoded",
    # The policy of the service account is the guide's, which names actions that SQS no longer has.
    "W3037": "'(changemessagevisibility|deletemessage|sendmessage)batch' is not one of",
    # A major version alone stands for its newest minor version, and is not deprecated.
    "W3691": r"Engine version '\d+' ",
}


class CfnLint:
    """cfn-lint's rules for a region."""

    def __init__(self, region):
        self._runner = Runner(ConfigMixIn(regions=[region]))

    def check(self, template):
        decoded, errors = decode_str(json.dumps(template))
        for match in errors or self._runner.validate_template(decoded):
            if not re.match(_ACCEPTED.get(match.rule.id, "(?!)"), match.message):
                # The path begins with "Resources", the logical name, "Properties".
                path = [str(one) for one in match.path or []]
                yield "".join(path[1:2]), ".".join(path[3:]), match.message, f"cfn-lint {match.rule.id}"


class Preflight:
    """cdk-preflight's rules for a region, and CloudFormation Validate's own errors."""

    def __init__(self, region, templates):
        # Rules about other types match nothing, and take seconds to compile.
        types = {one["Type"] for template in templates for one in template["Resources"].values()} | {"*"}
        rules, library = _load_rules()
        rules = [rule for rule in rules if types & set(rule["resourceTypes"])]
        self.rules = {rule["id"] for rule in rules}
        self._engine = RegoEngine(EngineConfig(custom_rules=_to_sources(rules, library, region)))
        self._config = ValidateConfig(
            severity_level=Severity.WARN,
            pseudo_parameter_overrides=PseudoParameterOverrides(account_id=ACCOUNT, region=region),
            # Validate's own warnings are about how people write templates.
            exclude=RuleFilterConfig(id_patterns=["^W"]),
        )

    def check(self, template):
        for one in self._engine.validate_template(TemplateContent(json.dumps(template)), self._config).diagnostics:
            path = (one.property_path or "").removeprefix("Properties.")
            tool = "cdk-preflight" if one.rule_id in self.rules else "CloudFormation Validate"
            yield one.entity.logical_id if one.entity else "", path, one.message, f"{tool} {one.rule_id}"


def _load_rules():
    """Returns the rules and what they share. The Python package has them inside an npm package."""
    [archive] = Path(importlib.util.find_spec("cdk_preflight").origin).parent.glob("_jsii/*.tgz")
    with tarfile.open(archive) as files:
        text = files.extractfile("package/lib/rules.generated.js").read().decode()

    def read(name):
        begin = f"exports.{name} = "
        return json.JSONDecoder().raw_decode(text, text.index(f"{begin}[") + len(begin))[0]

    return read("BUNDLED_RULES"), read("BUNDLED_LIBS")


def _to_sources(rules, library, region):
    """Returns the engine's sources: one for each service, as few sources compile faster than many.

    The same as lib/private/enforce.js in the package.
    """
    header = "package cdk_preflight\n\nimport rego.v1\n"
    sources = {one["name"]: one["rego"] for one in library}
    for rule in rules:
        body = re.sub(r"(?m)^(?:package|import)\s.*\n", "", rule["rego"])
        sources[rule["service"]] = sources.get(rule["service"], header) + "\n" + body
    sources["environment"] = f'{header}\ndeploy_region := "{region}"\ndeploy_account := "{ACCOUNT}"\n'
    return [ExternalRuleSource(name=name, content=content) for name, content in sources.items()]
