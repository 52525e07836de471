import * as proxy from "@pulumi/policy/proxy";

// The engine's own way with values that are not known yet; the package's declarations leave it out.
export const { unknownCheckingProxy, UnknownValueError } = proxy as unknown as {
  /** Properties whose reading throws where they are not known yet. */
  unknownCheckingProxy: (props: unknown) => Record<string, unknown>;
  UnknownValueError: new (...args: never[]) => Error;
};

/** What is read, or something else where that is not known yet. */
export function unlessUnknown<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) {
      return otherwise;
    }
    throw error;
  }
}
