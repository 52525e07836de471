import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Rule } from "../policies/rule";
import { rules } from "../policies/rules";
import { getDefaultConfig, type RuleConfig } from "../policies/run-rules";

export type Level = "advisory" | "mandatory" | "disabled";

/** The content of a `--policy-pack-config` file: for each rule, or "all", a level or settings, which may include the level. */
export type PolicyConfig = Record<string, Level | (Partial<RuleConfig> & { enforcementLevel?: Level })>;

/** A policy configuration that the engine would refuse. */
export class PolicyConfigError extends Error {}

/**
 * Reads the policies' configuration, or returns an empty one if the file does not exist.
 *
 * @throws PolicyConfigError for an unknown rule, and if the file is not JSON.
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
  return config;
}

function parseConfig(file: string): PolicyConfig {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PolicyConfig;
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
