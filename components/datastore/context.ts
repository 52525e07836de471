import * as pulumi from "@pulumi/pulumi";
import { getPrincipalArn } from "../arns";
import { getInstanceRolePattern } from "../beanstalk/roles";
import type { BeoDatastoreArgs, beoDatastoreDefaults } from "../beo-datastore";
import type {
  DatastoreNetworkArgs,
  datastoreNetworkDefaults,
  DatastorePlatformArgs,
  datastorePlatformDefaults,
  DatastoreWebArgs,
  datastoreWebDefaults,
} from "../datastore-args";
import { type WithDefaults, withDefaults } from "../defaults";
import { mailSenderDefaults } from "../mail";
import { getDefaultName } from "../names";

/** What every step of the constructor needs. */
export interface DatastoreContext {
  name: string;
  args: WithDefaults<BeoDatastoreArgs, typeof beoDatastoreDefaults>;
  web: WithDefaults<DatastoreWebArgs, typeof datastoreWebDefaults>;
  network: WithDefaults<DatastoreNetworkArgs, typeof datastoreNetworkDefaults>;
  platform: WithDefaults<DatastorePlatformArgs, typeof datastorePlatformDefaults>;
  region: pulumi.Output<string>;
  /** Id of the hosted zone, if records are created in it. */
  zoneId: pulumi.Output<string> | undefined;
  /** The further host names, with the ids of their zones where records are created in them. */
  additionalDomains: Map<string, pulumi.Output<string> | undefined>;
  parent: { parent: pulumi.Resource };
}

/** Returns the host names that serve the application over HTTPS. */
export function getDomains({ domain, additionalDomains = [] }: BeoDatastoreArgs): string[] {
  return domain === undefined ? [] : [domain, ...additionalDomains];
}

export function getServiceAccountName({
  applicationName,
  serviceAccount,
}: BeoDatastoreArgs): pulumi.Input<string> {
  return serviceAccount?.userName ?? getDefaultName("serviceAccount.userName", applicationName);
}

/** Returns the ARNs of the service account and of the instances' roles, under any path. */
export function getApplicationPrincipals({ name, args, parent }: DatastoreContext): pulumi.Output<string>[] {
  const userName = getServiceAccountName(args);
  return [
    pulumi.interpolate`user/${userName}`,
    pulumi.interpolate`user/*/${userName}`,
    `role/*${getInstanceRolePattern(`${name}-eb`)}`,
  ].map((resource) => getPrincipalArn(resource, parent.parent));
}

export function getMailSender({ mail = {}, supportEmail }: BeoDatastoreArgs) {
  const { fromAddress = supportEmail, region } = withDefaults(mail, mailSenderDefaults);
  return { fromAddress, region };
}

/** Returns the addresses that get the alarms. */
export function getAlarmEmails({ alarmEmail, monitoring }: BeoDatastoreArgs): pulumi.Input<string>[] {
  return [...(alarmEmail === undefined ? [] : [alarmEmail]), ...(monitoring?.emails ?? [])];
}

export function filterKeys<T>(
  values: Record<string, T>,
  predicate: (key: string) => boolean,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => predicate(key)));
}
