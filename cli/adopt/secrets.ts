import { applicationVariables } from "../../components/application-variables";
import { getSetting } from "../../stacks/schema";

/** What a new value of a secret changes for users and operators. */
const consequences: Record<string, string> = {
  databasePassword: "the running instances lose the database until they are updated",
  secretKey: "all users have to log in again",
  adminUrl: "the admin's address changes",
  supportPassword: "the support account's password changes",
  smtpUser: "mail is sent by an SES user that the program creates",
  smtpPassword: "mail is sent by an SES user that the program creates",
};

/** The secrets of the existing application that the stack's configuration does not have yet. */
export interface Secrets {
  /** Values that are valid in the stack's configuration, by setting. */
  reusable: Record<string, string>;
  /** What changes with each secret that cannot be reused. */
  changing: string[];
}

/**
 * Finds the secrets in the application's variables.
 *
 * @param configured The settings that the stack already has.
 */
export function findSecrets(variables: Record<string, string>, configured: ReadonlySet<string>): Secrets {
  const secrets: Secrets = { reusable: {}, changing: [] };
  for (const { name, configurationKey: key = "" } of applicationVariables) {
    const consequence = consequences[key];
    if (consequence === undefined || configured.has(key)) {
      continue;
    }
    const value = variables[name];
    const validator = getSetting(key)?.validator;
    if (value !== undefined && validator?.isValid(value)) {
      secrets.reusable[key] = value;
    } else {
      const problem =
        value === undefined ? "is not set" : `is not valid (expected ${validator?.expected ?? ""})`;
      secrets.changing.push(`${key}: ${name} ${problem}. With a new value, ${consequence}.`);
    }
  }
  return secrets;
}
