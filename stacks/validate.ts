import { checkKeys } from "./checks";
import { removeCommand, setCommand } from "./commands";
import { nearest } from "./forms";
import { keys } from "./keys";
import { Merged, merge } from "./merge";
import type { Problem } from "./problem";
import type { RawConfig } from "./raw";
import { judge } from "./rules/judge";
import { Environment, tiers } from "./tiers";
import { warningsOf } from "./warnings";

/** The settings, or every mistake in them. */
export type Validation =
  | { settings: Merged; warnings: string[]; problems?: undefined }
  | { problems: Problem[]; settings?: undefined; warnings?: undefined };

/** Checks a stack's configuration as a whole. Pure: it reads nothing and registers nothing. */
export function validate(raw: RawConfig): Validation {
  const { value: values, problems, broken } = checkKeys(raw);
  const { environment, problem } = environmentOf(raw);
  const settings = merge(values, environment);
  const unsure = new Set([...broken, ...(broken.includes("name") ? ["applicationName"] : [])]);
  const found = [
    ...problems.filter((one) => one.key !== key || raw.secrets.has(key)),
    ...(problem === undefined ? [] : [problem]),
    ...judge({ settings, chosen: values, region: raw.region }, unsure),
  ];
  return found.length > 0 ? { problems: found } : { settings, warnings: warningsOf(settings, raw.stack) };
}

/** The tier, or what was likely meant, by which the rest is checked all the same. */
function environmentOf({ stack, values: { environment: said }, secrets }: RawConfig): {
  environment: Environment;
  problem?: Problem;
} {
  const form = keys.environment?.form;
  const likely = (value: unknown) => asTier(form && nearest(form, value));
  const own = asTier(stack);
  const chosen = said === undefined ? own : asTier(said);
  if (chosen !== undefined) {
    return { environment: chosen };
  }
  if (secrets.has(key)) {
    // That is told already.
    return { environment: own ?? "staging" };
  }
  const problem =
    said === undefined
      ? `is missing, and the stack's name, "${stack}", is none of dev, staging and prod.`
      : `is ${JSON.stringify(said)}: legal is ${form?.legal ?? ""}.`;
  // What is no name of a tier has production's safety, unless there is nothing yet.
  const environment = said === undefined ? (likely(stack) ?? "dev") : (likely(said) ?? own ?? "staging");
  return {
    environment,
    problem: {
      key,
      message: problem,
      mend: [environment === own ? removeCommand(key) : setCommand(key, environment)],
    },
  };
}

const key = "environment";

function asTier(value: unknown): Environment | undefined {
  return typeof value === "string" && Object.hasOwn(tiers, value) ? (value as Environment) : undefined;
}
