import { looksSecret, programProperties } from "../components/application-variables";
import { getPropertiesSize } from "../components/properties-size";
import { applicationRegion } from "./check-combinations";
import { removeCommand, setSecretCommand } from "./commands";
import type { Problem } from "./configuration-error";
import known from "./known-values.json";
import type { CompleteSettings } from "./tiers";

/** Patterns of variables that break an instance or the application, and why. */
const harmfulVariables = Object.entries(known.harmfulVariables);

const secretReason =
  "looks like a secret but is stored and shown in plain text. Treat the value as compromised and move a new one to extraSecrets.";

/** Why the application cannot have a variable. Completes its name to a sentence; undefined if it can. */
export function getHarm(name: string, value: string): string | undefined {
  const isOtherRegion = /^AWS_(DEFAULT_)?REGION$/.test(name) && value !== applicationRegion;
  return (
    harmfulVariables.find(([names]) => new RegExp(`^(${names})$`).test(name))?.[1] ??
    (isOtherRegion ? `is not ${applicationRegion}, the region of the resources. Remove it.` : undefined)
  );
}

/** Checks the variables that are added to the program's own. */
export function checkVariables({ extraEnvironment = {}, extraSecrets = {} }: CompleteSettings): Problem[] {
  return Object.entries({ extraEnvironment, extraSecrets }).flatMap(([map, variables]) =>
    Object.entries(variables).flatMap(([name, value]): Problem[] => {
      const isPlain = map === "extraEnvironment";
      const key = `${map}.${name}`;
      const message =
        (getHarm(name, value) ?? (programProperties.has(name) && "is set by this program. Remove it.")) ||
        (isPlain && Object.hasOwn(extraSecrets, name) && "is also in extraSecrets. Remove one of them.") ||
        (isPlain && looksSecret(name, value) && secretReason);
      const move = message === secretReason ? [setSecretCommand(`extraSecrets.${name}`)] : [];
      return message ? [{ key, message, commands: [removeCommand(key), ...move] }] : [];
    }),
  );
}

/**
 * The maximum of a parameter (Systems Manager User Guide, "Managing parameter tiers": standard parameters), and of all
 * names and values together (Elastic Beanstalk Developer Guide, "Environment properties").
 */
const maxBytes = 4096;

/** Checks the sizes of the secrets, and of all variables. */
export function checkSizes(settings: CompleteSettings): Problem[] {
  const { extraEnvironment = {}, extraSecrets = {}, platform } = settings;
  const secrets = Object.entries(platform.plainSecrets ? {} : extraSecrets);
  const problems = secrets.flatMap(([name, value]): Problem[] => {
    const [key, bytes] = [`extraSecrets.${name}`, Buffer.byteLength(value)];
    const message = `has ${bytes} bytes. The maximum of a Systems Manager parameter is ${maxBytes}.`;
    return bytes > maxBytes ? [{ key, message, commands: [setSecretCommand(key)] }] : [];
  });
  const size = getPropertiesSize(settings, applicationRegion);
  const key = Object.keys(extraEnvironment).length > 0 ? "extraEnvironment" : "extraSecrets";
  const message = `makes the environment properties about ${size} bytes large. The maximum of Elastic Beanstalk is ${maxBytes}. Shorten or remove variables.`;
  return size > maxBytes
    ? [...problems, { key, message, commands: [removeCommand(`${key}.<NAME>`)] }]
    : problems;
}
