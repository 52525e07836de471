import * as proxy from "@pulumi/policy/proxy";
import type { Props } from "./rule";

// The engine's own way with values that are not known yet; the package's declarations leave it out.
export const { unknownCheckingProxy, UnknownValueError } = proxy as unknown as {
  /** Properties whose reading throws where they are not known yet. */
  unknownCheckingProxy: (props: unknown) => Props;
  UnknownValueError: new (...args: never[]) => Error;
};
