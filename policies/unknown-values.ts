import * as proxy from "@pulumi/policy/proxy";

// The engine's own handling of unknown values; the package's type declarations omit it.
// eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- missing in the declarations of @pulumi/policy
export const { unknownCheckingProxy, UnknownValueError } = proxy as unknown as {
  /** Wraps properties so that reading an unknown one throws. */
  unknownCheckingProxy: (props: unknown) => Record<string, unknown>;
  UnknownValueError: new (...args: never[]) => Error;
};

/** Returns what `read` returns, or `fallback` if it reads an unknown value. */
export function unlessUnknown<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) {
      return fallback;
    }
    throw error;
  }
}
