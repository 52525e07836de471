import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import { memberPath } from "./commands";
import { getSetting, isGroup } from "./schema";
import { isRecord, parseJson } from "./validators";

/** A stack's configuration as the engine passes it, unchecked. */
export interface RawConfiguration {
  stack: string;
  /** The project's name, which is the namespace of its keys. */
  project: string;
  /** Whether the engine runs the program. The offline plan has none. */
  hasEngine: boolean;
  /** `aws:region`, if set. */
  region: string | undefined;
  /** Values by top-level key: text, or what the text contains as JSON where the schema expects no text. */
  values: Record<string, unknown>;
  /**
   * The keys that are encrypted, in whole or in part, and the paths of encrypted members where these are known. Keys of
   * other namespaces are qualified.
   */
  secrets: ReadonlySet<string>;
  /** Values by key of other namespaces, such as `aws:region`. */
  otherKeys: Record<string, unknown>;
}

// The SDK's own Config uses it, but its declarations leave it out.
// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- isConfigSecret is missing in the declarations of the SDK
const { allConfig, isConfigSecret } = runtimeConfig as typeof runtimeConfig & {
  isConfigSecret: (key: string) => boolean;
};

/** Reads the running stack's configuration. */
export function readConfiguration(): RawConfiguration {
  const project = pulumi.getProject();
  const prefix = `${project}:`;
  const values: Record<string, unknown> = {};
  const otherKeys: Record<string, string> = {};
  const secrets = new Set<string>();
  for (const [key, text] of Object.entries(allConfig())) {
    if (key.startsWith(prefix)) {
      const name = key.slice(prefix.length);
      const value = parseValue(name, text);
      const members = isRecord(value) ? Object.keys(value).map((member) => memberPath(name, member)) : [];
      values[name] = value;
      [name, ...members].filter((path) => isConfigSecret(prefix + path)).forEach((path) => secrets.add(path));
    } else {
      otherKeys[key] = text;
      if (isConfigSecret(key)) {
        secrets.add(key);
      }
    }
  }
  const [stack, hasEngine] = [pulumi.getStack(), pulumi.runtime.hasEngine()];
  return { stack, project, hasEngine, region: otherKeys["aws:region"], values, secrets, otherKeys };
}

/** Parses a key's value, which the engine passes as text: objects, numbers and booleans as JSON. */
export function parseValue(name: string, text: string): unknown {
  const type = getSetting(name)?.validator.type ?? (isGroup(name) ? "map" : "string");
  return type === "string" ? text : parseJson(text);
}
