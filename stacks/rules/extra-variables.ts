import { applicationVariables, secretsRevision } from "../../components/application-variables";
import { removeCommand } from "../commands";
import type { Merged } from "../merge";
import { propertiesSize } from "../properties-size";
import { type Rules, when } from "./rule";

/** The application's variables. */
export const extraVariables: Rules = {
  "extra variables are not ours": ({ settings }) => {
    const ours = new Set<string>([...applicationVariables.map(({ name }) => name), secretsRevision]);
    return (["extraEnvironment", "extraSecrets"] as const).flatMap((key) =>
      Object.keys(settings[key] ?? {}).flatMap((name) => [
        ...when(ours.has(name), () => ({
          key: `${key}.${name}`,
          message: "is a variable that this program sets itself.",
          mend: [removeCommand(`${key}.${name}`)],
        })),
        // The application takes these from its environment, and would then do what the infrastructure forbids.
        ...when(name === "AWS_DEFAULT_ACL" || name === "EMAIL_FILE_DIR", () => ({
          key: `${key}.${name}`,
          message:
            name === "AWS_DEFAULT_ACL"
              ? "makes every upload fail: the buckets have ACLs switched off."
              : "makes the application write mail to files and send none.",
          mend: [removeCommand(`${key}.${name}`)],
        })),
      ]),
    );
  },

  "no variable is plain and secret": ({ settings: { extraEnvironment = {}, extraSecrets = {} } }) =>
    Object.keys(extraSecrets)
      .filter((name) => name in extraEnvironment)
      .map((name) => ({
        key: `extraEnvironment.${name}`,
        message: "is in extraSecrets too: legal is one of them.",
        mend: [removeCommand(`extraEnvironment.${name}`)],
      })),

  // Systems Manager, "Parameter tiers": a standard parameter's value.
  "secrets fit a parameter": ({ settings: { extraSecrets = {}, platform } }) =>
    Object.entries(extraSecrets).flatMap(([name, value]) =>
      when(!platform.plainSecrets && Buffer.byteLength(value) > 4096, () => ({
        key: `extraSecrets.${name}`,
        message: `has ${Buffer.byteLength(value)} bytes: a parameter takes 4096.`,
        mend: [removeCommand(`extraSecrets.${name}`)],
      })),
    ),

  // Developer Guide, "Environment properties": all names and values together have 4,096 bytes.
  "properties fit": ({ settings, region = "us-west-1" }) => {
    const size = propertiesSize(settings, region);
    const paths = size > limit ? surplus(settings, region) : [];
    return when(paths.length > 0, () => ({
      key: paths[0]?.split(".")[0] ?? "",
      message: `brings the environment's properties to about ${size} bytes: Elastic Beanstalk takes ${limit}.`,
      mend: paths.map((path) => removeCommand(path)),
    }));
  },
};

/** Bytes that all properties of an environment may have. */
const limit = 4096;

/** The largest of the extra variables, so many that the rest fits. */
function surplus(settings: Merged, region: string): string[] {
  const without = (paths: string[]) => {
    const rest = (key: "extraEnvironment" | "extraSecrets") =>
      Object.fromEntries(
        Object.entries(settings[key] ?? {}).filter(([name]) => !paths.includes(`${key}.${name}`)),
      );
    const extra = { extraEnvironment: rest("extraEnvironment"), extraSecrets: rest("extraSecrets") };
    return propertiesSize({ ...settings, ...extra }, region);
  };
  const all = (["extraEnvironment", "extraSecrets"] as const).flatMap((key) =>
    Object.keys(settings[key] ?? {}).map((name) => `${key}.${name}`),
  );
  // What takes most room is what is smallest without it.
  const largest = all.map((path) => ({ path, rest: without([path]) })).sort((a, b) => a.rest - b.rest);
  const paths = largest.map(({ path }) => path);
  const count = paths.findIndex((_, index) => without(paths.slice(0, index + 1)) <= limit);
  return count === -1 ? paths : paths.slice(0, count + 1);
}
