import * as pulumi from "@pulumi/pulumi";
import { backupRules } from "./argument-rules/backups";
import { checkBudget } from "./argument-rules/budget";
import { capacityRules } from "./argument-rules/capacity";
import { checkCertificate } from "./argument-rules/certificate";
import { type ArgumentRule, completeArguments, type PlainArgs } from "./argument-rules/context";
import { credentialRules } from "./argument-rules/credentials";
import { checkNames, findNameProblems } from "./argument-rules/names";
import { networkRules } from "./argument-rules/network";
import { checkOptions } from "./argument-rules/options";
import { checkSleep } from "./argument-rules/sleep";
import { webRules } from "./argument-rules/web";
import type { BeoDatastoreArgs } from "./beo-datastore";
import { type ArgumentProblem, throwProblems } from "./check-arguments";
import { databaseRules } from "./database/rules";
import { domainName, type Format, resourceName, siteUrl } from "./formats";

/** The rules between arguments. Programs with a configuration report them by its keys: stacks/check-combinations.ts. */
export const argumentRules: readonly ArgumentRule[] = [
  checkNames,
  checkCertificate,
  ...databaseRules,
  ...capacityRules,
  checkOptions,
  ...networkRules,
  ...credentialRules,
  ...webRules,
  checkSleep,
  checkBudget,
  ...backupRules,
];

const formats: Record<string, Format> = {
  applicationName: resourceName,
  appUrl: siteUrl,
  domain: domainName,
  hostedZone: domainName,
};

/**
 * Refuses arguments of BeoDatastore that break a rule, before anything is registered. Outputs are not known yet: rules about
 * their values are left to AWS.
 *
 * @throws InputPropertyError, or InputPropertiesError for several arguments.
 */
export function checkArgumentRules(args: BeoDatastoreArgs): void {
  const problems: ArgumentProblem[] = [];
  const report = (propertyPath: string, reason: string) => {
    problems.push({ propertyPath, reason });
  };
  for (const [name, { expected, pattern }] of Object.entries(formats)) {
    const value = getValue(args, name);
    if (typeof value === "string" && !pattern.test(value)) {
      report(name, `is "${value}". Expected ${expected}.`);
    }
  }
  for (const { text } of findNameProblems(args.applicationName, args.storage?.accountNamespace)) {
    report("applicationName", `is ${text}`);
  }
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a rule asks first whether a value is known
  const settings = completeArguments(args as PlainArgs);
  const knows = (...paths: string[]) => !paths.some((path) => hasOutput(getValue(args, path)));
  for (const check of argumentRules) {
    check({ settings, knows, isValid: () => true, report });
  }
  throwProblems(problems);
}

/** Returns the value at a path such as "web.minSize". */
function getValue(args: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
      args,
    );
}

function hasOutput(value: unknown): boolean {
  return (
    pulumi.Output.isInstance(value) ||
    value instanceof Promise ||
    (Array.isArray(value) && value.some((item) => hasOutput(item)))
  );
}
