import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Rule } from "../policies/rule";
import { rules } from "../policies/rules";
import { getConfigSchema, getDefaultConfig, type RuleConfig } from "../policies/run-rules";

export type Level = "advisory" | "mandatory" | "disabled";

/** The content of a `--policy-pack-config` file: for each rule, or "all", a level or settings, which may include the level. */
export type PolicyConfig = Record<string, Level | (Partial<RuleConfig> & { enforcementLevel?: Level })>;

/** A policy configuration that the engine would refuse. */
export class PolicyConfigError extends Error {}

/**
 * Reads the policies' configuration, or returns an empty one if the file does not exist.
 *
 * @throws PolicyConfigError for an unknown rule or setting, a wrong value, and if the file is not JSON.
 */
export function readPolicyConfig(file: string): PolicyConfig {
  const config = existsSync(file) ? parseConfig(file) : {};
  const known = new Set(["all", ...rules.map(({ name }) => name)]);
  const unknown = Object.keys(config).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new PolicyConfigError(
      `${basename(file)} configures unknown policies: ${unknown.join(", ")}. docs/policies.md lists all policies.`,
    );
  }
  const problems = rules.flatMap((rule) => describeProblems(rule, config[rule.name] ?? {}));
  if (problems.length > 0) {
    throw new PolicyConfigError(`${basename(file)} has invalid settings. ${problems.join(" ")}`);
  }
  return config;
}

const levels: readonly unknown[] = ["advisory", "mandatory", "remediate", "disabled"];

/** What the engine refuses in a rule's configuration, and settings that it would ignore. */
function describeProblems(rule: Rule, config: PolicyConfig[string]): string[] {
  const { enforcementLevel = rule.level, ...settings } =
    typeof config === "string" ? { enforcementLevel: config } : config;
  const { properties } = getConfigSchema(rule);
  const known = new Map<string, { type: string }>(Object.entries(properties));
  return [
    ...(levels.includes(enforcementLevel)
      ? []
      : [`${rule.name}: the level is ${JSON.stringify(enforcementLevel)}. Expected ${levels.join(", ")}.`]),
    ...Object.entries(settings).flatMap(([name, value]) => {
      const expected = known.get(name)?.type;
      if (expected === undefined) {
        return [`${rule.name}: ${name} is not a known setting. Expected ${[...known.keys()].join(", ")}.`];
      }
      return isOfType(value, expected)
        ? []
        : [`${rule.name}: ${name} has an invalid value. Expected ${expected}.`];
    }),
    ...Object.entries(settings.exemptions ?? {})
      .filter(([, reason]) => typeof reason !== "string" || reason.length < 10)
      .map(
        ([resource]) =>
          `${rule.name}: the exemption of ${resource} needs a reason of at least 10 characters.`,
      ),
  ];
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function parseConfig(file: string): PolicyConfig {
  try {
    const config: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isOfType(config, "object")) {
      throw new TypeError("expected an object");
    }
    return config as PolicyConfig;
  } catch (error) {
    throw new PolicyConfigError(`${basename(file)} is not valid JSON: ${(error as Error).message}.`);
  }
}

/** Returns the level and the configuration of a rule, as the engine reads them from the file. */
export function getRuleConfig(rule: Rule, config: PolicyConfig): { level: Level; ruleConfig: RuleConfig } {
  const [all, own] = [config.all, config[rule.name]].map((value) =>
    typeof value === "string" ? { enforcementLevel: value } : value,
  );
  const { enforcementLevel, ...settings } = { ...all, ...own };
  return { level: enforcementLevel ?? rule.level, ruleConfig: { ...getDefaultConfig(rule), ...settings } };
}
