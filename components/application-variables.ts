import { secretVariables, variables } from "./environment";

const configurationKeys: Record<string, string> = {
  ADMIN_URL: "adminUrl",
  SECRET_KEY: "secretKey",
  SMTP_PASSWORD: "smtpPassword",
  SMTP_USER: "smtpUser",
  SQL_PASSWORD: "databasePassword",
  SUPPORT_PASSWORD: "supportPassword",
};

export const applicationVariables: readonly {
  name: string;
  use: string;
  source: string;
  secret: boolean;
  configurationKey?: string;
}[] = variables.map((row) => ({
  ...row,
  ...(configurationKeys[row.name] !== undefined && { configurationKey: configurationKeys[row.name] }),
}));

export const isSecretVariable = (name: string): boolean => secretVariables.has(name);
