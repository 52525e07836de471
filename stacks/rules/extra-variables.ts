import { variables } from "../../components/environment";
import { removeCommand } from "../problem";
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
  "properties fit": ({ settings, region }) => {
    const limit = 4096;
    const size = propertiesSize(settings, region ?? "us-west-1");
    return when(size > limit, () => ({
      key: "extraEnvironment",
      message: `brings the environment's properties to about ${size} bytes: Elastic Beanstalk takes ${limit}.`,
      mend: removeCommand(`extraEnvironment.${longestKey(settings.extraEnvironment ?? {})}`),
    }));
  },
};

function longestKey(values: Record<string, unknown>): string {
  const [longest] = Object.entries(values).sort(([, a], [, b]) => String(b).length - String(a).length);
  return longest?.[0] ?? "NAME";
}
