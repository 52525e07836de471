import { existsSync, readFileSync } from "node:fs";
import { defaultConfigOf, type RuleConfig } from "../policies/context";
import type { Rule } from "../policies/rule";
import { rules } from "../policies/rules";

type Level = "advisory" | "mandatory" | "disabled";

/** What `--policy-pack-config` takes: for each rule a level, or settings with one among them. */
export type PolicyConfig = Record<string, Level | (Partial<RuleConfig> & { enforcementLevel?: Level })>;

/** Reads the policies' configuration; a file that is not there sets nothing. @throws Error for a rule that is none. */
export function readPolicyConfig(file: string): PolicyConfig {
  const config = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as PolicyConfig) : {};
  const known = new Set(["all", ...rules.map(({ name }) => name)]);
  const unknown = Object.keys(config).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(
      `${file} has no rule's name in ${unknown.join(", ")}: docs/policies.md has a list of them.`,
    );
  }
  return config;
}

/** A rule's settings and level, as the engine takes them from such a file. */
export function configOf(rule: Rule, config: PolicyConfig): { level: Level; settings: RuleConfig } {
  const [all, own] = [config.all, config[rule.name]].map((given) =>
    typeof given === "string" ? { enforcementLevel: given } : given,
  );
  const { enforcementLevel, ...settings } = { ...all, ...own };
  return { level: enforcementLevel ?? rule.level, settings: { ...defaultConfigOf(rule), ...settings } };
}
