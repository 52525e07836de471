import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import { memberPath, namespace } from "./commands";
import { getSetting, isGroup } from "./schema";
import { isRecord } from "./validators";

/** A stack's configuration as the engine passes it, unchecked. */
export interface RawConfiguration {
  stack: string;
  /** `aws:region`, if set. */
  region: string | undefined;
  /** Values by top-level key: text, or what the text contains as JSON where the schema expects no text. */
  values: Record<string, unknown>;
  /** The keys that are encrypted, in whole or in part, and the paths of encrypted members where these are known. */
  secrets: ReadonlySet<string>;
  /** Values by key of other namespaces, such as `aws:region`. */
  otherKeys: Record<string, unknown>;
}

// The SDK's own Config uses it, but its declarations leave it out.
const { allConfig, isConfigSecret } = runtimeConfig as typeof runtimeConfig & {
  isConfigSecret: (key: string) => boolean;
};

/** Reads the running stack's configuration. */
export function readConfiguration(): RawConfiguration {
  const prefix = `${namespace}:`;
  const values: Record<string, unknown> = {};
  const otherKeys: Record<string, string> = {};
  const paths: string[] = [];
  for (const [key, text] of Object.entries(allConfig())) {
    if (key.startsWith(prefix)) {
      const name = key.slice(prefix.length);
      const value = parse(name, text);
      values[name] = value;
      paths.push(
        name,
        ...(isRecord(value) ? Object.keys(value).map((member) => memberPath(name, member)) : []),
      );
    } else {
      otherKeys[key] = text;
    }
  }
  const secrets = new Set(paths.filter((path) => isConfigSecret(prefix + path)));
  return { stack: pulumi.getStack(), region: otherKeys["aws:region"], values, secrets, otherKeys };
}

/** The engine passes every value as text: objects, numbers and booleans as JSON. */
function parse(name: string, text: string): unknown {
  const type = getSetting(name)?.validator.type ?? (isGroup(name) ? "map" : "string");
  if (type === "string") {
    return text;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
