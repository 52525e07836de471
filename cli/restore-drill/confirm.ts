import { ask } from "../ask";
import { UserError } from "../user-error";

/** Shows what will be done, and asks. @throws UserError if the answer is not yes. */
export function confirm(title: string, steps: string[], { yes }: { yes?: true }): void {
  console.error([title, ...steps.map((step) => `  - ${step}`)].join("\n"));
  if (yes !== true && !ask("Go on? Type yes: ")) {
    throw new UserError("Nothing was changed.");
  }
}
