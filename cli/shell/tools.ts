import { findExecutable } from "../pulumi";
import { UserError } from "../user-error";

/** The commands that sessions need, and how to install them. */
const tools = {
  aws: "the AWS CLI: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
  "session-manager-plugin":
    "the Session Manager plugin of the AWS CLI: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
  psql: "the PostgreSQL client: https://www.postgresql.org/download/",
};

/** Returns the commands that are not on PATH. */
export function findMissingTools(...names: (keyof typeof tools)[]): (keyof typeof tools)[] {
  return names.filter((name) => findExecutable(name) === undefined);
}

/** @throws UserError if a command is not on PATH. */
export function requireTools(...names: (keyof typeof tools)[]): void {
  const missing = findMissingTools(...names);
  if (missing.length > 0) {
    throw new UserError(
      missing.map((name) => `${name} is not installed or not on PATH. Install ${tools[name]}`).join("\n"),
    );
  }
}
