import { variables } from "../../components/environment";
import { removeCommand, then } from "../commands";
import type { Merged } from "../merge";
import { propertiesSize } from "../properties-size";
import { type Rules, when } from "./rule";

/** The application's variables. */
export const extraVariables: Rules = {
  "extra variables are not ours": ({ settings }) => {
    const ours = new Set<string>([...variables.map(({ name }) => name), "SECRETS_REVISION"]);
    return (["extraEnvironment", "extraSecrets"] as const).flatMap((key) =>
      Object.keys(settings[key] ?? {}).flatMap((name) => [
        ...when(ours.has(name), () => ({
          key: `${key}.${name}`,
          message: "is a variable that this program sets itself.",
          mend: removeCommand(`${key}.${name}`),
        })),
        // The application takes these from its environment, and would then do what the infrastructure forbids.
        ...when(name === "AWS_DEFAULT_ACL" || name === "EMAIL_FILE_DIR", () => ({
          key: `${key}.${name}`,
          message:
            name === "AWS_DEFAULT_ACL"
              ? "makes every upload fail: the buckets have ACLs switched off."
              : "makes the application write mail to files and send none.",
          mend: removeCommand(`${key}.${name}`),
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
        mend: removeCommand(`extraEnvironment.${name}`),
      })),

  // Systems Manager, "Parameter tiers": a standard parameter's value.
  "secrets fit a parameter": ({ settings: { extraSecrets = {}, platform } }) =>
    Object.entries(extraSecrets).flatMap(([name, value]) =>
      when(!platform.plainSecrets && Buffer.byteLength(value) > 4096, () => ({
        key: `extraSecrets.${name}`,
        message: `has ${Buffer.byteLength(value)} bytes: a parameter takes 4096.`,
        mend: removeCommand(`extraSecrets.${name}`),
      })),
    ),

  // Developer Guide, "Environment properties": all names and values together have 4,096 bytes.
  "properties fit": ({ settings, region = "us-west-1" }) => {
    const size = propertiesSize(settings, region);
    const key = Object.keys(settings.extraEnvironment ?? {}).length > 0 ? "extraEnvironment" : "extraSecrets";
    return when(size > limit, () => ({
      key,
      message: `brings the environment's properties to about ${size} bytes: Elastic Beanstalk takes ${limit}.`,
      mend: then(...surplus(settings, key, region).map((name) => removeCommand(`${key}.${name}`))),
    }));
  },
};

/** Bytes that all properties of an environment may have. */
const limit = 4096;

/** The largest variables, so many that the rest fits, or all. */
function surplus(settings: Merged, key: "extraEnvironment" | "extraSecrets", region: string): string[] {
  const values: Record<string, string> = settings[key] ?? {};
  // Of a secret the reference counts, which has its name in it.
  const bytesOf = (name: string) => (key === "extraSecrets" ? name : (values[name] ?? "")).length;
  const names = Object.keys(values).sort((a, b) => bytesOf(b) - bytesOf(a));
  const fits = (count: number) => {
    const rest = Object.fromEntries(names.slice(count).map((name) => [name, values[name] ?? ""]));
    return propertiesSize({ ...settings, [key]: rest }, region) <= limit;
  };
  const count = names.findIndex((_, index) => fits(index + 1));
  return count === -1 ? names : names.slice(0, count + 1);
}
