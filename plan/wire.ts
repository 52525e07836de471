import { unknownValue } from "@pulumi/pulumi/runtime/rpc";

/** A value as programs and the engine exchange it: JSON with signed objects for secrets and assets, and one text for unknowns. */
export type Wire = null | boolean | number | string | Wire[] | WireObject;

/** An object of values. */
export interface WireObject {
  [key: string]: Wire;
}

/** The text that stands for a value known only after deployment. */
export const unknown: string = unknownValue;

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Marks a value as a secret. */
export function secret(value: Wire): Wire {
  return { [signatureKey]: secretSignature, value };
}

/** Whether a value is a secret as a whole. */
export function isSecret(value: Wire | undefined): boolean {
  return isObject(value) && value[signatureKey] === secretSignature;
}

/** What may be shown: a secret is "[secret]", a value known only after deployment "[unknown]". */
export function masked(value: Wire): Wire {
  return convert(value, () => "[secret]", "[unknown]");
}

/** The values themselves, secrets in the clear: for checks, never for printing. */
export function plain(value: Wire, unknownAs: unknown): unknown {
  return convert(value, (content) => plain(content, unknownAs), unknownAs);
}

function convert(value: Wire, ofSecret: (content: Wire) => unknown, unknownAs: unknown): Wire {
  if (value === unknown) {
    return unknownAs as Wire;
  }
  if (Array.isArray(value)) {
    return value.map((item) => convert(item, ofSecret, unknownAs));
  }
  if (!isObject(value)) {
    return value;
  }
  switch (value[signatureKey]) {
    case secretSignature:
      return ofSecret(value.value ?? null) as Wire;
    case assetSignature:
      return "[asset]";
    case archiveSignature:
      return "[archive]";
    default:
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, convert(item, ofSecret, unknownAs)]),
      );
  }
}

function isObject(value: Wire | undefined): value is WireObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
