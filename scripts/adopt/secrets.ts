import { applicationVariables } from "../../components/application-variables";
import { keys } from "../../stacks/keys";

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
  for (const { name: variable, secret, configurationKey: key } of applicationVariables) {
    if (!secret || key === undefined || known.has(key)) {
      continue;
    }
    const value = variables[variable];
    if (value !== undefined && keys[key]?.form.accepts(value)) {
      secrets.takeable[key] = value;
    } else {
      const why = value === undefined ? "is not set" : `is not ${keys[key]?.form.legal ?? ""}`;
      secrets.lost.push(`${key}: ${variable} ${why}. With a new one ${consequences[key] ?? ""}.`);
    }
  }
  return secrets;
}
