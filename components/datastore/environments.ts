import * as pulumi from "@pulumi/pulumi";
import { originVerifyHash } from "../application-variables";
import { Beanstalk, getLoadBalancers } from "../beanstalk";
import { type CapacityArgs, workerDefaults } from "../beanstalk/arguments";
import { getSuffix } from "../beanstalk/generations";
import type { Certificate } from "../certificate";
import { withDefaults } from "../defaults";
import { Firewall } from "../firewall";
import { getIdentity } from "../identity";
import { Maintenance } from "../maintenance";
import { getDefaultName } from "../names";
import type { Network } from "../network";
import type { Queue } from "../queue";
import { getSleepActions, type SleepTimes } from "../sleep-hours";
import { associateWebAcl } from "../web-acl-association";
import type { WebDistribution } from "../web-distribution";
import type { DatastoreContext } from "./context";
import { hasPublicInstances } from "./network";
import { getTimes } from "./operations";
import { createProperties, type Variables } from "./variables";

/** Returns the names of the environments that serve the application. */
export function getEnvironmentNames({ args: { applicationName, web, worker }, platform }: DatastoreContext) {
  const suffix = getSuffix(platform.servingGeneration ?? platform.generation);
  const webName = web?.environmentName ?? getDefaultName("web.environmentName", applicationName);
  const workerName = worker?.environmentName ?? getDefaultName("worker.environmentName", applicationName);
  return {
    webEnvironmentName: pulumi.interpolate`${webName}${suffix}`,
    workerEnvironmentName: pulumi.interpolate`${workerName}${suffix}`,
  };
}

interface BeanstalkInputs {
  network: Network;
  queue: Queue;
  certificate: Certificate | undefined;
  distribution: WebDistribution | undefined;
  variables: Record<"web" | "worker", Variables>;
}

export function createBeanstalk(context: DatastoreContext, inputs: BeanstalkInputs): Beanstalk {
  const { name, args, web, platform, parent } = context;
  const { network, queue, certificate, distribution } = inputs;
  const { webVariables, ...properties } = createProperties(context, inputs.variables);
  const worker = withDefaults(args.worker ?? {}, workerDefaults);
  const times = getTimes(context);
  return new Beanstalk(
    `${name}-eb`,
    {
      applicationName: args.applicationName,
      web: times === undefined || web.singleInstance ? web : addSleep(times, web),
      worker: times === undefined ? args.worker : addSleep(times, worker),
      platform,
      instructions: args.instructions,
      ...properties,
      webVariables: {
        ...webVariables,
        ...(distribution && { [originVerifyHash]: distribution.verifyHash }),
      },
      vpcId: network.vpcId,
      instanceSubnetIds: network.instanceSubnetIds,
      instanceSecurityGroupId: network.instanceSecurityGroupId,
      associatePublicIpAddress: hasPublicInstances(context.network),
      loadBalancerSubnetIds: network.loadBalancerSubnetIds,
      loadBalancerSecurityGroupId: network.loadBalancerSecurityGroupId,
      certificateArn: certificate?.certificateArn ?? args.certificateArn,
      queueName: queue.queueName,
      keepAddress: args.keepAddress,
      keepLogs: args.protect,
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}

/** Adds the actions of a stack that sleeps to the suspended ones of an environment. */
function addSleep<T extends CapacityArgs & { minSize: number; maxSize: number }>(
  times: SleepTimes,
  capacity: T,
): T {
  return { ...capacity, schedule: [...(capacity.schedule ?? []), ...getSleepActions(times, capacity)] };
}

/**
 * Creates the web ACLs of the firewall and, while `web.maintenance` is on, of maintenance, in all generations: the address
 * may move meanwhile. A load balancer has one web ACL, so that one association moves between them.
 */
export function createWebAcls({ name, args, web, parent }: DatastoreContext, beanstalk: Beanstalk): void {
  const { tags } = args;
  const isManaged = web.firewall === "managed";
  const firewallArn = isManaged ? new Firewall(`${name}-firewall`, { tags }, parent).webAclArn : web.firewall;
  for (const [suffix, loadBalancerArn] of getLoadBalancers(beanstalk)) {
    const maintenanceName = `${name}-maintenance${suffix}`;
    const maintenance = web.maintenance
      ? new Maintenance(
          maintenanceName,
          {
            loadBalancerArn,
            associate: false,
            allowedCidrs: web.maintenanceCidrs,
            retryAfter: web.maintenanceRetryAfter,
            tags,
          },
          parent,
        )
      : undefined;
    const webAclArn = maintenance?.webAclArn ?? firewallArn;
    if (webAclArn !== undefined) {
      const formerParent = pulumi.createUrn(maintenanceName, "beo:index:Maintenance", parent.parent);
      associateWebAcl(
        `${name}-web-acl${suffix}`,
        { loadBalancerArn, webAclArn, firewall: web.firewall },
        parent.parent,
        { aliases: [{ name: `${maintenanceName}-association`, parent: formerParent }] },
      );
    }
  }
}
