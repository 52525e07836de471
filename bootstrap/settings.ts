import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import * as formats from "../stacks/formats";
import type { Schema, Setting } from "../stacks/schema";
import { integer, listOf, parseJson, string } from "../stacks/validators";

/** What `npx beo bootstrap` creates. */
export interface BootstrapSettings {
  /**
   * Beginning of the names of what it creates, and name of its stack.
   *
   * @default "beo-datastore"
   * @changing Cannot be changed later: another name creates everything a second time.
   */
  name: string;
  /**
   * Name of the bucket of the state. S3 shares bucket names between all accounts.
   *
   * @default <name>-state-<account>
   * @changing Cannot be changed later: move the stacks to another bucket instead.
   */
  bucketName: string;
  /**
   * Stacks that get a key for their secrets, a permissions boundary and, with `github`, roles.
   *
   * @default ["dev","staging","prod"]
   * @changing In place. The key of a stack that is left out is protected against deletion.
   */
  stacks: string[];
  /**
   * GitHub repository that deploys the stacks, as the subject of its tokens has it: owner/name, or owner@id/name@id.
   *
   * @default none: no roles
   * @changing In place.
   */
  github?: string;
  /**
   * GitHub repository of the application, which deploys its versions to the stacks, as `github` is written.
   *
   * @default none: no roles for it
   * @changing In place.
   */
  applicationRepository?: string;
  /**
   * Stacks that pull requests preview, and may read therefore.
   *
   * @default dev and staging, of the stacks
   * @changing In place.
   */
  pullRequestStacks: string[];
  /**
   * Days that older versions of the state are kept; 0 keeps them for ever.
   *
   * @default 90
   * @changing In place.
   */
  noncurrentVersionDays: number;
  /**
   * Days that the access logs of the state are kept.
   *
   * @default 90
   * @changing In place.
   */
  accessLogDays: number;
}

// <stack>-preview, <stack>-pull-request and <stack>-restore are environments in GitHub, which other roles trust.
const stackName = string(
  "lowercase letters, digits and single hyphens, at most 20, starting with a letter, not ending in -preview, -pull-request or -restore",
  (text) =>
    text.length <= 20 && formats.namePrefix.isValid(text) && !/-(preview|pull-request|restore)$/.test(text),
);

const repository = {
  validator: string(
    "a repository: owner/name, or owner@id/name@id",
    /^[A-Za-z0-9](?:-?[A-Za-z0-9])*(?:@\d+\/[\w.-]+@\d+|\/[\w.-]+)$/,
  ),
};

/** Every key of the bootstrap project's configuration. */
export const bootstrapSchema = {
  // A role is called <name>-<stack>-preview, and the bucket of the access logs <name>-state-<account>-logs.
  name: {
    validator: string(
      "lowercase letters, digits and single hyphens, at most 30, starting with a letter",
      (text) => text.length <= 30 && formats.namePrefix.isValid(text),
    ),
  },
  bucketName: {
    validator: string(
      `${formats.bucketName.expected}, and at most 58 characters, because "-logs" follows`,
      (text) => text.length <= 58 && formats.bucketName.isValid(text),
    ),
  },
  stacks: { validator: listOf(stackName) },
  github: repository,
  applicationRepository: repository,
  pullRequestStacks: { validator: listOf(stackName) },
  noncurrentVersionDays: { validator: integer({ min: 0, max: 2147483647 }) },
  accessLogDays: { validator: integer({ min: 1, max: 2147483647 }) },
} satisfies { [K in keyof Schema<BootstrapSettings>]: Setting<NonNullable<BootstrapSettings[K]>> };

const { name: projectName } = parse(readFileSync(join(__dirname, "Pulumi.yaml"), "utf8")) as { name: string };
const application = parse(readFileSync(join(__dirname, "../Pulumi.yaml"), "utf8")) as { name: string };

/** The default of `name`, here and in the stacks. */
export const defaultName = "beo-datastore";
/** The name of the bootstrap project. */
export const bootstrapProject = projectName;
/** The name of the project whose stacks it serves. */
export const applicationProject = application.name;
/** The name of the project of restore drills, whose program is inside `npx beo restore-drill`. */
export const drillProject = "beo-restore-drill";

/**
 * Checks settings and adds the defaults.
 *
 * @returns The settings, and what is wrong with them.
 */
export function completeSettings(
  values: Record<string, unknown>,
  account: string,
): { settings: BootstrapSettings; problems: string[] } {
  const settings: Record<string, unknown> = {
    name: defaultName,
    stacks: ["dev", "staging", "prod"],
    noncurrentVersionDays: 90,
    accessLogDays: 90,
    ...values,
  };
  const known: Partial<Record<string, Setting>> = bootstrapSchema;
  settings.bucketName ??= `${String(settings.name)}-state-${account}`;
  const stacks = Array.isArray(settings.stacks) ? settings.stacks : [];
  settings.pullRequestStacks ??= stacks.filter((stack) => stack === "dev" || stack === "staging");
  const problems = Object.entries(settings).flatMap(([key, value]) => {
    const setting = known[key];
    if (setting === undefined) {
      return [`${key} is not a known key. Expected one of ${Object.keys(known).join(", ")}.`];
    }
    const isNone = key === "pullRequestStacks" && Array.isArray(value) && value.length === 0;
    // A default that follows from another setting is as wrong as that.
    const isDerived = ["bucketName", "pullRequestStacks"].includes(key) && !(key in values);
    return isNone || isDerived || setting.validator.isValid(value)
      ? []
      : [`${key} is ${JSON.stringify(value)}. Expected ${setting.validator.expected}.`];
  });
  const unknown = Array.isArray(settings.pullRequestStacks)
    ? settings.pullRequestStacks.filter((stack) => !stacks.includes(stack))
    : [];
  if (problems.length === 0 && unknown.length > 0) {
    problems.push(
      `pullRequestStacks has ${unknown.join(", ")}, but stacks is ${stacks.join(", ")}. Expected stacks of that list.`,
    );
  }
  return { settings: settings as unknown as BootstrapSettings, problems };
}

/**
 * Reads the settings of the running stack.
 *
 * @throws RunError with every mistake.
 */
export function loadBootstrapSettings(account: string): BootstrapSettings {
  const config = new pulumi.Config(bootstrapProject);
  const values = Object.fromEntries(
    Object.keys(bootstrapSchema).flatMap((key) => {
      const text = config.get(key);
      return text === undefined
        ? []
        : [
            [
              key,
              bootstrapSchema[key as keyof typeof bootstrapSchema].validator.type === "string"
                ? text
                : parseJson(text),
            ],
          ];
    }),
  );
  const { settings, problems } = completeSettings(values, account);
  if (problems.length > 0) {
    throw new pulumi.RunError(
      [
        `bootstrap/Pulumi.${pulumi.getStack()}.yaml has ${problems.length === 1 ? "1 error" : `${problems.length} errors`}. Nothing was changed.`,
        ...problems,
      ].join("\n  "),
    );
  }
  return settings;
}
