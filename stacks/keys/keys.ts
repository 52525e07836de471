import { flag, oneOf, text, variablesOf } from "../forms";
import type { Key } from "./key";
import {
  certificateArn,
  domainName,
  email,
  mailCredential,
  password,
  propertyText,
  shellText,
  siteUrl,
} from "./values";

/** Every top-level key that holds one value. */
export const keys: Record<string, Key> = {
  name: {
    description: "First part of the application's name, <name>-<environment>",
    form: text(
      "lower-case letters, digits and single hyphens, first a letter",
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
      (given) => [given.toLowerCase().replace(/[\s_-]+/g, "-")],
    ),
    default: "beo-datastore",
  },
  environment: {
    description: "Which tier the stack is",
    form: oneOf("dev", "staging", "prod"),
    default: "the stack's name",
  },
  appUrl: {
    description: "Public URL of the front end, without a path or a final slash",
    form: siteUrl,
    example: "https://beo.example.com",
    required: true,
  },
  supportEmail: {
    description: "Support address, and the only one that mail may come from",
    form: email,
    example: "support@example.com",
    required: true,
  },
  domain: { description: "Host name that serves the application over HTTPS", form: domainName },
  hostedZone: {
    description: "Name of the account's public Route 53 zone of `domain`, for certificate and records",
    form: domainName,
  },
  certificateArn: {
    description: "ACM certificate of `domain`, where the zone is not in the account",
    form: certificateArn,
  },
  alarmEmail: {
    description: "Who gets the alarms; AWS asks the address to confirm",
    form: email,
    default: "nobody",
  },
  protect: {
    description:
      "Pulumi refuses to delete or replace the database and the media bucket, and a deleted database leaves a snapshot",
    form: flag,
  },
  databasePassword: {
    description: "The database's master password",
    form: password,
    secret: true,
    randomBytes: 20,
    default: "generated",
  },
  secretKey: {
    description: "Django's SECRET_KEY",
    form: text("32 to 128 letters, digits, `-` and `_`", /^[A-Za-z0-9_-]{32,128}$/),
    secret: true,
    randomBytes: 32,
    default: "generated",
  },
  adminUrl: {
    description: "Path of the Django admin, hard to guess",
    form: text("8 to 64 lower-case letters and digits", /^[a-z0-9]{8,64}$/),
    secret: true,
    randomBytes: 12,
    default: "generated",
  },
  supportPassword: {
    description: "Password of the support account",
    form: password,
    secret: true,
    randomBytes: 20,
    default: "generated",
  },
  smtpUser: {
    description: "User at another mail provider, with `smtpPassword`",
    form: mailCredential,
    secret: true,
    default: "an SES user is made",
  },
  smtpPassword: {
    description: "Password at another mail provider, with `smtpUser`",
    form: mailCredential,
    secret: true,
    default: "an SES user is made",
  },
  sqlUser: {
    description: "Database user that the application connects as, with `sqlPassword`",
    form: text(
      "1 to 63 lower-case letters, digits and underscores, first a letter, and not pg_… or rds…",
      /^(?!pg_|rds)[a-z][a-z0-9_]{0,62}$/,
    ),
    example: "beo_datastore_2",
    default: "the master user",
  },
  sqlPassword: {
    description: "Password of `sqlUser`",
    form: password,
    secret: true,
    randomBytes: 20,
    default: "the master user's",
  },
  extraEnvironment: {
    description: "More variables of the application",
    form: variablesOf(propertyText),
    default: "none",
  },
  extraSecrets: {
    description: "More secret variables of the application",
    form: variablesOf(shellText),
    secret: true,
    default: "none",
  },
};
