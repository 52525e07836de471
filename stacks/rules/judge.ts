import { isMap } from "../forms";
import type { Problem } from "../problem";
import { rules } from ".";
import type { Context } from "./rule";

/**
 * What breaks a rule. A rule that reads a broken key says nothing: it would judge what was never meant.
 *
 * @param broken The paths of what is wrong by itself, and of which nobody can tell what was meant.
 */
export function judge({ settings, ...rest }: Context, broken: ReadonlySet<string>): Problem[] {
  return Object.values(rules).flatMap((rule) => {
    const read: string[] = [];
    const problems = rule({ settings: watch(settings, "", read), ...rest });
    return read.some((path) => broken.has(path)) ? [] : problems;
  });
}

/** The same settings, which note what is read of them. */
function watch<T extends object>(settings: T, prefix: string, read: string[]): T {
  return new Proxy(settings, {
    get: (target, name) => {
      const path = prefix + String(name);
      const value = Reflect.get(target, name) as unknown;
      read.push(path);
      return isMap(value) ? watch(value, `${path}.`, read) : value;
    },
  });
}
