import { checkKeys } from "./checks";
import { setCommand } from "./commands";
import { keys } from "./keys";
import { Merged, merge } from "./merge";
import type { Problem } from "./problem";
import { RawConfig } from "./raw";
import { repaired } from "./repair";
import { rules } from "./rules";
import { Environment, tiers } from "./tiers";
import { warningsOf } from "./warnings";

/** The settings, or every mistake in them. */
export type Validation =
  | { settings: Merged; warnings: string[]; problems?: undefined }
  | { problems: Problem[]; settings?: undefined; warnings?: undefined };

/** Checks a stack's configuration as a whole. Pure: it reads nothing and registers nothing. */
export function validate(raw: RawConfig): Validation {
  const { values, problems } = checkKeys(raw);
  const said = raw.values.environment ?? raw.stack;
  // Where it is none the rest is still checked, as what was likely meant; dev's rules are the fewest.
  const environment =
    environmentOf(said) ?? environmentOf(keys.environment && repaired(keys.environment.form, said)) ?? "dev";
  if (environmentOf(raw.stack) === undefined && !("environment" in raw.values)) {
    problems.push({
      key: "environment",
      message: `is missing, and the stack's name, "${raw.stack}", is none of dev, staging and prod.`,
      mend: setCommand("environment", environment),
    });
  }
  const settings = merge(values, environment);
  const wrong = new Set(problems.map(({ key }) => key));
  const found = [
    ...problems,
    ...Object.values(rules)
      .flatMap((rule) => rule({ settings, region: raw.region }))
      // A key that is wrong by itself needs no second message.
      .filter(({ key }) => !wrong.has(key)),
  ];
  return found.length > 0 ? { problems: found } : { settings, warnings: warningsOf(settings, raw) };
}

function environmentOf(value: unknown): Environment | undefined {
  return typeof value === "string" && Object.hasOwn(tiers, value) ? (value as Environment) : undefined;
}
