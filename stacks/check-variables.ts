import { applicationVariables, secretsRevision } from "../components/application-variables";
import { getPropertiesSize } from "../components/properties-size";
import { removeCommand, setSecretCommand } from "./commands";
import known from "./known-values.json";
import { applicationRegion, type Context } from "./check-combinations";

const programVariables = new Set<string>([...applicationVariables.map(({ name }) => name), secretsRevision]);
/** Patterns of variables that break an instance or the application, and why. */
const harmfulVariables = Object.entries(known.harmfulVariables);

const secretReason =
  "looks like a secret but is stored and shown in plain text. Treat the value as compromised and move a new one to extraSecrets.";

/** By its name, or by the form that AWS, Stripe, GitHub and Slack give to their keys. */
export function looksSecret(name: string, value: string): boolean {
  return (
    /(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|(API|ACCESS|PRIVATE|SECRET)_KEY)$/.test(name) ||
    /^((AKIA|ASIA)[A-Z0-9]{16}|[sr]k_(live|test)_\w+|gh[pousr]_\w{20,}|xox[a-z]-.+)$/.test(value)
  );
}

/** Why the application cannot have a variable. Completes its name to a sentence; undefined if it can. */
export function getHarm(name: string, value: string): string | undefined {
  const isOtherRegion = /^AWS_(DEFAULT_)?REGION$/.test(name) && value !== applicationRegion;
  return (
    harmfulVariables.find(([names]) => new RegExp(`^(${names})$`).test(name))?.[1] ??
    (isOtherRegion ? `is not ${applicationRegion}, the region of the resources. Remove it.` : undefined)
  );
}

export function checkVariables({ settings: { extraEnvironment = {}, extraSecrets = {} }, report }: Context) {
  for (const [key, variables] of Object.entries({ extraEnvironment, extraSecrets })) {
    for (const [name, value] of Object.entries(variables)) {
      const reason =
        getHarm(name, value) ??
        (programVariables.has(name) ? "is set by this program. Remove it." : undefined) ??
        (key === "extraEnvironment" && Object.hasOwn(extraSecrets, name)
          ? "is also in extraSecrets. Remove one of them."
          : undefined) ??
        (key === "extraEnvironment" && looksSecret(name, value) ? secretReason : undefined);
      if (reason !== undefined) {
        const move = reason === secretReason ? [setSecretCommand(`extraSecrets.${name}`)] : [];
        report(`${key}.${name}`, reason, [removeCommand(`${key}.${name}`), ...move]);
      }
    }
  }
}

/**
 * The maximum of a parameter (Systems Manager User Guide, "Managing parameter tiers": standard parameters), and of all
 * names and values together (Elastic Beanstalk Developer Guide, "Environment properties").
 */
const maxBytes = 4096;

export function checkSizes({ settings, knows, report }: Context) {
  if (!knows("environment", "platform.plainSecrets")) {
    return;
  }
  const { extraEnvironment = {}, extraSecrets = {}, platform } = settings;
  for (const [name, value] of Object.entries(extraSecrets)) {
    const bytes = Buffer.byteLength(value);
    if (!platform.plainSecrets && bytes > maxBytes) {
      const message = `has ${bytes} bytes. The maximum of a Systems Manager parameter is ${maxBytes}.`;
      report(`extraSecrets.${name}`, message, [setSecretCommand(`extraSecrets.${name}`)]);
    }
  }
  const size = getPropertiesSize(settings, applicationRegion);
  const key = Object.keys(extraEnvironment).length > 0 ? "extraEnvironment" : "extraSecrets";
  if (size > maxBytes) {
    const message = `makes the environment properties about ${size} bytes large. The maximum of Elastic Beanstalk is ${maxBytes}. Shorten or remove variables.`;
    report(key, message, [removeCommand(`${key}.<NAME>`)]);
  }
}
