import { getSetting } from "../../stacks/schema";

/** The application's variable that holds a secret setting's value. */
const variableOf: Record<string, string> = {
  databasePassword: "SQL_PASSWORD",
  secretKey: "SECRET_KEY",
  adminUrl: "ADMIN_URL",
  supportPassword: "SUPPORT_PASSWORD",
  smtpUser: "SMTP_USER",
  smtpPassword: "SMTP_PASSWORD",
};
const consequences: Record<string, string> = {
  databasePassword: "the running instances lose the database until they are updated",
  secretKey: "whoever is logged in logs in again",
  adminUrl: "the admin's address changes",
  supportPassword: "the support account has another password",
  smtpUser: "mail goes by an SES user that the program makes",
  smtpPassword: "mail goes by an SES user that the program makes",
};

/** The secrets of a hand-made application that the stack does not have yet. */
export interface Secrets {
  /** Values that the stack can go on with, by setting. */
  takeable: Record<string, string>;
  /** What a new value means where the one in use cannot be taken, one line each. */
  lost: string[];
}

/** @param known The settings that the stack has. */
export function secretsOf(variables: Record<string, string>, known: ReadonlySet<string>): Secrets {
  const secrets: Secrets = { takeable: {}, lost: [] };
  for (const [key, variable] of Object.entries(variableOf).filter(([name]) => !known.has(name))) {
    const value = variables[variable];
    const validator = getSetting(key)?.validator;
    if (value !== undefined && validator?.isValid(value)) {
      secrets.takeable[key] = value;
    } else {
      const why = value === undefined ? "is not set" : `is not ${validator?.expected ?? ""}`;
      secrets.lost.push(`${key}: ${variable} ${why}. With a new one ${consequences[key] ?? ""}.`);
    }
  }
  return secrets;
}
