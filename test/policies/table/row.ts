import { unknown } from "../../../plan/values";
import type { Props, Resource } from "../../../policies/rule";
import { unknownCheckingProxy } from "../../../policies/unknown-values";

/** Resources of any Pulumi AWS program, with inputs as their authors write them. */
export interface Row {
  says: string;
  /** The rule that reports the first resource. Without it no mandatory rule may report one of the resources. */
  by?: string;
  /** "prod" by default. */
  stack?: string;
  /** What a preview knows too little for: the rule waits for the update there. */
  waits?: boolean;
  resources: Spec[];
}

export interface Spec {
  type: string;
  name: string;
  props: Props;
  protect?: boolean;
}

/** A reference to another resource of the row: unknown in a preview, a text in an update. */
class Reference {
  constructor(
    readonly name: string,
    readonly value: string,
  ) {}
}

export const ref = (name: string, value = `${name}-0123456789abcdef0`): unknown => new Reference(name, value);

let count = 0;
/** Returns a resource's specification: its type without "aws:", such as "s3/bucket:Bucket". */
export function make(type: string, props: Props, name = `r${(count += 1)}`, protect = true): Spec {
  return { type: `aws:${type}`, name, props, protect };
}

/** Converts a row's resources to what the pack gets in a preview or in an update. */
export function toResources({ resources, stack = "prod" }: Row, preview: boolean): Resource[] {
  const urn = ({ type, name }: Spec) => `urn:pulumi:${stack}::p::${type}::${name}`;
  return resources.map((spec) => ({
    urn: urn(spec),
    type: spec.type,
    name: spec.name,
    props: unknownCheckingProxy(resolve(spec.props, preview)),
    protect: spec.protect ?? false,
    refersTo: (input) =>
      findReferences(spec.props[input]).flatMap((name) =>
        resources.filter((other) => other.name === name).map(urn),
      ),
  }));
}

function resolve(value: unknown, preview: boolean): unknown {
  if (value instanceof Reference) {
    return preview ? unknown : value.value;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Array.isArray(value)
    ? value.map((item) => resolve(item, preview))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, preview)]));
}

function findReferences(value: unknown): string[] {
  if (value instanceof Reference) {
    return [value.name];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(findReferences) : [];
}

/** Returns the resources of rows for a program, with references as `{ $ref, value }`. */
export function toProgram(rows: Row[]): Spec[] {
  return rows.flatMap(({ resources }, index) => {
    const prefix = `row${index}-`;
    const encode = (value: unknown): unknown => {
      if (value instanceof Reference) {
        return { $ref: prefix + value.name, value: value.value };
      }
      if (typeof value !== "object" || value === null) {
        return value;
      }
      return Array.isArray(value)
        ? value.map(encode)
        : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
    };
    return resources.map((spec) => ({
      ...spec,
      name: prefix + spec.name,
      props: encode(spec.props) as Props,
    }));
  });
}
