import type * as pulumi from "@pulumi/pulumi";
import type { BeoDatastoreArgs } from "../components";
import { Environment, tiers } from "./tiers";

/** The datastore's arguments before any of them is an output. */
type PlainArgs = pulumi.Unwrap<BeoDatastoreArgs>;

/** The configuration's values in their types: each was checked against its form. */
export type Values = Partial<
  Omit<PlainArgs, "applicationName" | "environment" | "tags"> & {
    name: string;
    environment: Environment;
  }
>;

/** What was chosen, over what the tier decides. */
export type Merged = PlainArgs & { environment: Environment } & Required<
    Pick<PlainArgs, "database" | "web" | "worker" | "platform">
  >;

/** The address that mail comes from. */
export function senderOf({ mail, supportEmail }: Pick<Merged, "mail" | "supportEmail">): string {
  return mail?.fromAddress ?? supportEmail;
}

/** Lays the values over the tier. */
export function merge(values: Values, environment: Environment): Merged {
  const { name = "beo-datastore", ...rest } = values;
  const tier = tiers[environment];
  const { singleInstance, ...web } = tier.web;
  const servesHttps = values.domain !== undefined || values.certificateArn !== undefined;
  return {
    ...rest,
    appUrl: values.appUrl ?? "",
    supportEmail: values.supportEmail ?? "",
    applicationName: `${name}-${environment}`,
    environment,
    database: { ...tier.database, ...values.database },
    // HTTPS ends at a load balancer, so a domain asks for one.
    web: { ...web, singleInstance: Boolean(singleInstance) && !servesHttps, ...values.web },
    worker: { ...tier.worker, ...values.worker },
    platform: { ...tier.platform, ...values.platform },
    protect: values.protect ?? tier.protect,
    tags: { Project: name, Environment: environment, ManagedBy: "Pulumi" },
  };
}
