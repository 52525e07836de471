import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import { member, namespace } from "./commands";
import { isMap } from "./forms";
import { groups, keys, own } from "./keys";

/** A stack's configuration as it was given: nothing is checked yet. */
export interface RawConfig {
  stack: string;
  /** `aws:region`, if set. */
  region: string | undefined;
  /** Values by top-level key; a text where the key's form is text, else what the text holds as JSON. */
  values: Record<string, unknown>;
  /** The keys whose values are encrypted, wholly or in part; where it is known, also the paths of the encrypted parts. */
  secrets: ReadonlySet<string>;
  /** The keys of other namespaces, with these before them, and their values. */
  otherKeys: Record<string, unknown>;
}

// In the SDK since secrets exist, though its declarations leave it out: Config's own getters ask it before they warn.
const { allConfig, isConfigSecret } = runtimeConfig as typeof runtimeConfig & {
  isConfigSecret: (key: string) => boolean;
};

/** Reads the running stack's configuration. */
export function readConfig(): RawConfig {
  const prefix = `${namespace}:`;
  const all = allConfig();
  const names = Object.keys(all).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  const values = Object.fromEntries(names.map((name) => [name, parse(name, all[prefix + name] ?? "")]));
  const paths = Object.entries(values).flatMap(([name, value]) => [
    name,
    ...(isMap(value) ? Object.keys(value).map((part) => member(name, part)) : []),
  ]);
  return {
    stack: pulumi.getStack(),
    region: all["aws:region"],
    values,
    secrets: new Set([
      ...paths.filter((path) => isConfigSecret(prefix + path)),
      ...Object.keys(all).filter((key) => !key.startsWith(prefix) && isConfigSecret(key)),
    ]),
    otherKeys: Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith(prefix))),
  };
}

/** The engine hands every value over as text: objects, numbers and booleans as JSON. */
function parse(name: string, value: string): unknown {
  const key = own(keys, name);
  if (key?.form.type === "string" || (key === undefined && own(groups, name) === undefined)) {
    return value;
  }
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
