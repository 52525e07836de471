import type { ConfigurationOptionSetting } from "@aws-sdk/client-elastic-beanstalk";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import type { PlannedResource } from "../../plan/plan";
import { resourceTypes } from "../../plan/resource-types";
import type { AdoptionContext, Match } from "./matcher";
import { matchers } from "./matchers";

/** What exists in AWS for a stack, what is in use, and what the program would change. */
export interface Survey {
  stack: string;
  applicationName: string;
  account: string;
  region: string;
  /** All environments of the application, and those of other applications that use its database, queue or buckets. */
  environments: ExistingEnvironment[];
  /** The planned resources that exist in AWS. */
  resources: ExistingResource[];
  /** What the environments' variables say is in use. */
  usage: Usage[];
  /** What `pulumi up` would change, from a rehearsal. */
  changes: ResourceChange[];
  /** The offline plan. */
  planned: PlannedResource[];
  /** The URNs of all resources in the stack. */
  inState: ReadonlySet<string>;
  /** The ids of all resources in the stack. */
  managed: ReadonlySet<string>;
  /** The stack file's values by key without namespace, encrypted ones as stored. */
  configuration: Readonly<Record<string, string>>;
  database?: {
    identifier: string;
    engineVersion: string;
    status: string;
    username: string;
    databaseName?: string;
  };
}

/** An Elastic Beanstalk environment that exists. */
export interface ExistingEnvironment {
  id: string;
  name: string;
  application: string;
  role: "web" | "worker";
  cname?: string;
  status: string;
  health: string;
  version: string;
  platform: string;
  options: ConfigurationOptionSetting[];
  /** Its variables, references resolved. Never shown. */
  variables: Record<string, string>;
  /** The ARN that a variable was resolved from. */
  references: Record<string, string>;
  /** Why it cannot be taken over; empty if it can. */
  reasons: string[];
  /** Whether it is in the stack. */
  isManaged: boolean;
}

/** A planned resource that exists in AWS. */
export interface ExistingResource {
  urn: string;
  label: string;
  /** The id for `pulumi import`. */
  id: string;
  /** Why the resource cannot be imported as it is, and what to do. */
  blockers: string[];
  /** What a difference of inputs does not show. */
  notes: string[];
  /** Without these settings the resource would be replaced, or its update would fail. */
  requiredSettings: SuggestedSetting[];
  /** What is unused after the migration, and the command that removes it. */
  cleanup: string[];
}

/** A resource that a variable or a DNS record says is in use. */
export interface Usage {
  variable: string;
  environment: string;
  value: string;
  what: string;
  /** The planned resource that takes it over. */
  urn?: string;
  /** Why it cannot be taken over, and the way. */
  blocker?: string;
  /** The setting with which it is taken over. */
  setting?: SuggestedSetting;
}

/** An input that `pulumi up` would change. */
export interface ResourceChange {
  urn: string;
  label: string;
  path: string;
  from: string;
  to: string;
  /** The setting that keeps the value. */
  keep?: SuggestedSetting;
}

/** A setting to add to the stack's configuration; without a value, only a person knows it. */
export interface SuggestedSetting {
  key: string;
  value?: string | number | boolean;
  secret?: true;
  reason: string;
}

/** A planned resource that may exist already, and its matches in AWS. */
export interface Candidate {
  resource: PlannedResource;
  label: string;
  /** Its physical name. */
  name: string;
  matches: Match[];
}

/** Searches AWS for every planned resource with a fixed physical name. */
export function findCandidates(planned: PlannedResource[], context: AdoptionContext): Promise<Candidate[]> {
  return Promise.all(
    planned.flatMap((resource) => {
      const find = matchers[resource.type];
      const { label = "", nameInput = "" } = resourceTypes[resource.type] ?? {};
      const name = resource.inputs[nameInput];
      // Resources with a generated or unknown name are always new.
      return find === undefined || typeof name !== "string" || name === "[unknown]"
        ? []
        : [
            find(name, resource.inputs, context).then((matches): Candidate => ({
              resource,
              label: `${label} ${name}`,
              name,
              matches,
            })),
          ];
    }),
  );
}

/** Returns the id of the account's default VPC. */
export async function getDefaultVpcId({
  ec2,
}: Pick<AdoptionContext["aws"], "ec2">): Promise<string | undefined> {
  const { Vpcs: [vpc] = [] } = await ec2.send(
    new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }),
  );
  return vpc?.VpcId;
}
