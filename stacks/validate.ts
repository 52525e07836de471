import { checkKeys } from "./check-keys";
import { Merged, merge } from "./merge";
import { Problem, setCommand } from "./problem";
import { RawConfig } from "./raw";
import { rules } from "./rules";
import { suggest } from "./suggest";
import { Environment, tiers } from "./tiers";
import { warningsOf } from "./warnings";

/** The settings, or every mistake in them. */
export type Validation =
  | { settings: Merged; warnings: string[]; problems?: undefined }
  | { problems: Problem[]; settings?: undefined; warnings?: undefined };

/** Checks a stack's configuration as a whole. Pure: it reads nothing and registers nothing. */
export function validate(raw: RawConfig): Validation {
  const { values, problems } = checkKeys(raw);
  const environment = environmentOf(raw.values.environment ?? raw.stack);
  if (environment === undefined) {
    const missing = !("environment" in raw.values);
    return {
      problems: missing
        ? [
            ...problems,
            {
              key: "environment",
              message: `is missing, and the stack's name, "${raw.stack}", is none of dev, staging and prod.`,
              mend: setCommand("environment", suggest(raw.stack, Object.keys(tiers)) ?? "dev"),
            },
          ]
        : problems,
    };
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
  return found.length > 0 ? { problems: found } : { settings, warnings: warningsOf(settings) };
}

function environmentOf(value: unknown): Environment | undefined {
  return typeof value === "string" && value in tiers ? (value as Environment) : undefined;
}
