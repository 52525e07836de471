import { InvalidArgumentError } from "commander";
import { isDatabaseClass, offerSource } from "../stacks/offers";

/** @throws InvalidArgumentError unless RDS has the class. */
export function requireClass(text: string): string {
  if (!isDatabaseClass(text)) {
    throw new InvalidArgumentError(`It is no class for PostgreSQL ${offerSource}`);
  }
  return text;
}
