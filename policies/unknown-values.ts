import * as proxy from "@pulumi/policy/proxy";

// The engine's own handling of unknown values; the package's type declarations omit it.
// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- missing in the declarations of @pulumi/policy
export const { unknownCheckingProxy, UnknownValueError } = proxy as unknown as {
  /** Wraps properties so that reading an unknown one throws. */
  unknownCheckingProxy: (props: unknown) => Record<string, unknown>;
  UnknownValueError: new (...args: never[]) => Error;
};

/** Returns what `read` returns, or `fallback` if it reads an unknown value. */
export function unlessUnknown<T, U>(read: () => T, fallback: U): T | U {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) {
      return fallback;
    }
    throw error;
  }
}

/** A list whose members are read one at a time, since any of them may be unknown. */
export type List<T> = (() => T)[];

export function listOf<T>(...items: T[]): List<T> {
  return items.map((item) => () => item);
}

/** Returns the members of a list; those that are missing are `fallback`. */
export function listMembers<T>(list: readonly T[], fallback: T): List<T> {
  return Array.from({ length: list.length }, (_, index) => () => list[index] ?? fallback);
}

/**
 * Returns the first known member that matches. If none does, but one is unknown, the result is unknown: one unknown
 * member hides no other.
 */
export function find<T>(list: List<T>, matches: (item: T) => boolean): T | undefined {
  let unknown: Error | undefined;
  for (const read of list) {
    try {
      const item = read();
      if (matches(item)) {
        return item;
      }
    } catch (error) {
      if (!(error instanceof UnknownValueError)) {
        throw error;
      }
      unknown ??= error;
    }
  }
  if (unknown !== undefined) {
    throw unknown;
  }
  return undefined;
}

/** Whether a known member matches. Unknown where only an unknown one could. */
export function some<T>(list: List<T>, matches: (item: T) => boolean): boolean {
  return find(map(list, matches), (isMatch) => isMatch) !== undefined;
}

/** Whether all members match. Unknown where an unknown one could not. */
export function every<T>(list: List<T>, matches: (item: T) => boolean): boolean {
  return !some(list, (item) => !matches(item));
}

export function map<T, U>(list: List<T>, convert: (item: T) => U): List<U> {
  return list.map((read) => () => convert(read()));
}

/** Like `Array.flatMap`. What an unknown member converts to is one unknown member. */
export function flatMap<T, U>(list: List<T>, convert: (item: T) => List<U>): List<U> {
  return list.flatMap((read) => {
    try {
      return convert(read());
    } catch (error) {
      return [
        () => {
          throw error;
        },
      ];
    }
  });
}
