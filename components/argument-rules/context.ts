import type * as pulumi from "@pulumi/pulumi";
import { accessKeyDefaults } from "../access-key";
import { workerDefaults } from "../beanstalk/arguments";
import { platformDefaults } from "../beanstalk/platform";
import type { FindClose } from "../beanstalk/custom-options";
import type { BeoDatastoreArgs } from "../beo-datastore";
import { databaseInstanceDefaults } from "../database/settings";
import { datastoreWebDefaults } from "../datastore-args";
import { withDefaults } from "../defaults";

/** The arguments of BeoDatastore as plain values. */
export type PlainArgs = pulumi.Unwrap<BeoDatastoreArgs>;

/** Adds the components' defaults that rules need. */
export function completeArguments<Args extends PlainArgs>(args: Args) {
  const { database, web, worker, platform, mail, serviceAccount, supportEmail } = args;
  return {
    ...args,
    database: withDefaults(database ?? {}, databaseInstanceDefaults),
    web: withDefaults(web ?? {}, datastoreWebDefaults),
    worker: withDefaults(worker ?? {}, workerDefaults),
    platform: withDefaults(platform ?? {}, platformDefaults),
    mail: withDefaults(mail ?? {}, { ...accessKeyDefaults, fromAddress: supportEmail }),
    serviceAccount: withDefaults(serviceAccount ?? {}, accessKeyDefaults),
  };
}

/** What fixes a problem: a value to set, described where it is not known, or an argument to remove. */
export type Fix =
  { remove: string } | { set: string; to?: string | number | boolean | undefined; expected?: string };

/** What the rules between arguments work with. */
export interface Context {
  settings: ReturnType<typeof completeArguments>;
  /** Whether the values of all these arguments are known. */
  knows: (...paths: string[]) => boolean;
  /** Whether none of these arguments was refused: enough for rules about what is set. */
  isValid: (...paths: string[]) => boolean;
  /** Reports a problem, as the rest of a sentence that begins with the path. */
  report: (path: string, message: string, ...fixes: Fix[]) => void;
  /** Finds what a misspelt word may mean. @default words that differ in upper and lower case only */
  findClose?: FindClose;
}

/** A rule between arguments: reports what breaks it. */
export type ArgumentRule = (context: Context) => void;

/** The environments, whose arguments follow the same rules. */
export const groups = ["web", "worker"] as const;

/** Describes how to set an integer that depends on another argument. */
export function integer(path: string, min: number, max: number): Fix {
  return { set: path, expected: `an integer from ${min} to ${max}` };
}
