import { removeCommand, setCommand } from "../commands";
import { nearest } from "../forms";
import { keys } from "../keys";
import type { Problem } from "../problem";
import type { RawConfig } from "../raw";
import { type Environment, tiers } from "../tiers";

const key = "environment";

/** The tier; or what was likely meant, by which the rest is checked all the same, and what is wrong. */
export function checkEnvironment({ stack, values, secrets }: RawConfig): {
  environment: Environment;
  problem?: Problem;
} {
  const said = values[key];
  const own = asTier(stack);
  const chosen = said === undefined ? own : asTier(said);
  if (chosen !== undefined) {
    return { environment: chosen };
  }
  if (secrets.has(key)) {
    // That is told already.
    return { environment: own ?? "staging" };
  }
  // What is no tier's name has production's safety, unless there is nothing yet.
  const environment = said === undefined ? (likely(stack) ?? "dev") : (likely(said) ?? own ?? "staging");
  return {
    environment,
    problem: {
      key,
      message:
        said === undefined
          ? `is missing, and the stack's name, "${stack}", is none of dev, staging and prod.`
          : `is ${JSON.stringify(said)}: legal is ${keys[key]?.form.legal ?? ""}.`,
      mend: [environment === own ? removeCommand(key) : setCommand(key, environment)],
    },
  };
}

function likely(text: unknown): Environment | undefined {
  const form = keys[key]?.form;
  return form && asTier(nearest(form, text));
}

function asTier(value: unknown): Environment | undefined {
  return typeof value === "string" && Object.hasOwn(tiers, value) ? (value as Environment) : undefined;
}
