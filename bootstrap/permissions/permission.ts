import { getApplicationName, type Scope } from "./scope";

/** A condition of a policy statement: operator → key → values. */
export type Conditions = Record<string, Record<string, string | string[]>>;

/** What a role may do: one statement of a policy. */
export interface Permission {
  /** The statement's Sid. */
  sid: string;
  /** What it is for; begins with a verb. */
  purpose: string;
  actions: string[];
  /** ARNs, from which the names of other stacks do not follow. None: the stack does not need it. */
  resources: (scope: Scope) => string[];
  /** Why the resource is `*`, or one whose ARN does not tell the stack and that no condition limits. */
  anyResource?: string;
  conditions?: (scope: Scope) => Conditions;
  /** What no rehearsal needs, by the reason why a role needs it nevertheless. */
  unlogged?: { reason: string; actions: string[] | "all" }[];
}

/** Actions of this kind have no resources in the Service Authorization Reference. */
export const noResourceLevel = "The actions have no resources.";

const tagsOf = (scope: Scope, key: "ResourceTag" | "RequestTag") => ({
  [`aws:${key}/Project`]: scope.project,
  [`aws:${key}/Environment`]: scope.environment,
});

/** The resource has the stack's tags. For resources with generated names, and for those of Elastic Beanstalk. */
export function hasTags(scope: Scope): Conditions {
  return { StringEquals: tagsOf(scope, "ResourceTag") };
}

/** The new resource gets the stack's tags. */
export function getsTags(scope: Scope): Conditions {
  return { StringEquals: tagsOf(scope, "RequestTag") };
}

/** The resource has the stack's tags, or has none yet and gets them. Without the latter nothing could be created with tags. */
export function hasOrGetsTags(scope: Scope): Conditions {
  return { StringEqualsIfExists: { ...tagsOf(scope, "ResourceTag"), ...tagsOf(scope, "RequestTag") } };
}

/** Returns what begins with the application name of a stack, and does not with that of another one. */
export function named(scope: Scope, ...endings: string[]): string[] {
  return endings.map((ending) => getApplicationName(scope) + ending);
}
