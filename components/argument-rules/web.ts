import { BlockList, isIP } from "node:net";
import { getRequestTimeout, healthCheckTimes } from "../beanstalk/load-balancer-options";
import { capacityDefaults } from "../beanstalk/arguments";
import { iopsLimits } from "../beanstalk/root-volume";
import { findZone } from "../dns-record";
import { type ArgumentRule, type Context, groups, integer } from "./context";

/** The rules between arguments of the environments' load balancer, domains, volumes and deployments. */
export const webRules: readonly ArgumentRule[] = [
  checkCloudFront,
  checkAllowedNetworks,
  checkPrivateNetworks,
  checkMaintenanceNetworks,
  checkPublicChecks,
  checkLoadBalancer,
  checkTimes,
  checkDomains,
  checkBatches,
  checkVolumes,
];

function checkCloudFront({ settings: { domain, web }, knows, report }: Context): void {
  if (knows("web.cloudFront", "web.singleInstance") && web.cloudFront && !web.singleInstance) {
    const reason =
      domain === undefined ? "web.singleInstance is false" : "domain is set, which needs a load balancer";
    const message = `is true, but ${reason}. CloudFront is in front of a single instance only: a load balancer serves HTTPS itself, with domain. Set web.cloudFront to false.`;
    report("web.cloudFront", message, { set: "web.cloudFront", to: false });
  }
  if (knows("web.cloudFront", "web.allowedCidrs") && web.cloudFront && web.allowedCidrs !== undefined) {
    const message =
      "has networks, but everyone reaches the application through CloudFront (web.cloudFront). Remove it, or set web.cloudFront to false: then the networks reach it without HTTPS.";
    report("web.allowedCidrs", message, { remove: "web.allowedCidrs" });
  }
}

/** Networks of which no client of a public address is. */
const privateNetworks = [
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"],
  ...["224.0.0.0/4", "fc00::/7", "fe80::/10", "ff00::/8", "::1/128"],
];

function checkAllowedNetworks({ settings: { web }, knows, report }: Context): void {
  const { allowedCidrs = [], ipAddressType } = web;
  if (!knows("web.allowedCidrs")) {
    return;
  }
  const has = (cidr: string) => allowedCidrs.includes(cidr);
  const isIpv4Only = knows("web.ipAddressType") && ipAddressType === "ipv4";
  if (
    has("0.0.0.0/0") &&
    allowedCidrs.every((cidr) => cidr === "::/0" || (cidr === "0.0.0.0/0" && (isIpv4Only || has("::/0"))))
  ) {
    const message = `is ${allowedCidrs.join(" and ")}, which is every address, as by default. Remove it.`;
    report("web.allowedCidrs", message, { remove: "web.allowedCidrs" });
  } else if (isIpv4Only && allowedCidrs.length > 0 && allowedCidrs.every((cidr) => cidr.includes(":"))) {
    const message = `has IPv6 networks only, ${allowedCidrs.join(", ")}, but web.ipAddressType is ipv4: no client would reach the application. Add an IPv4 network${web.singleInstance ? "" : ", or set web.ipAddressType to dualstack"}.`;
    report("web.allowedCidrs", message, {
      set: `web.allowedCidrs[${allowedCidrs.length}]`,
      expected: "an IPv4 network such as 203.0.113.0/24",
    });
  }
  for (const all of ["0.0.0.0/0", "::/0"]) {
    const others = allowedCidrs.filter((cidr) => cidr !== all && cidr.includes(":") === all.includes(":"));
    if (allowedCidrs.includes(all) && others.length > 0) {
      const message = `contains ${all}, which is every address, beside ${others.join(", ")}. Remove one or the other.`;
      report("web.allowedCidrs", message, { remove: `web.allowedCidrs[${allowedCidrs.indexOf(all)}]` });
    }
  }
}

function checkPrivateNetworks({ settings: { web }, knows, report }: Context): void {
  const isPrivate = (cidr: string) => privateNetworks.some((network) => contains(network, cidr));
  for (const key of ["allowedCidrs", "maintenanceCidrs"] as const) {
    const path = `web.${key}`;
    const cidrs = knows(path, "web.internal") && !web.internal ? (web[key] ?? []) : [];
    const hidden = cidrs.filter(isPrivate);
    if (hidden.length > 0) {
      const message = `contains ${hidden.join(", ")}, but requests to public addresses come from public ones. Expected the public addresses of these networks, or web.internal.`;
      report(path, message, { remove: `${path}[${cidrs.findIndex(isPrivate)}]` });
    }
  }
}

/** Those who see the application during maintenance have to reach the load balancer. */
function checkMaintenanceNetworks({ settings: { web }, knows, report }: Context): void {
  const { allowedCidrs, maintenanceCidrs } = web;
  if (allowedCidrs === undefined || !knows("web.allowedCidrs", "web.maintenanceCidrs")) {
    return;
  }
  maintenanceCidrs?.forEach((cidr, index) => {
    if (!allowedCidrs.some((allowed) => overlap(cidr, allowed))) {
      const path = `web.maintenanceCidrs[${index}]`;
      const message = `is ${cidr}, which is not in web.allowedCidrs (${allowedCidrs.join(", ")}): its requests get no answer. Add it there, or remove it.`;
      report(path, message, { remove: path });
    }
  });
}

/** Whether two networks have an address in common: the larger one contains the other. */
function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

/** Whether a network contains the first address of another; false where one is none. */
function contains(network: string, other: string): boolean {
  const [[base, length], [address]] = [split(network), split(other)];
  const family = isIP(base);
  const isLength = Number.isInteger(length) && length >= 0 && length <= (family === 4 ? 32 : 128);
  if (family === 0 || family !== isIP(address) || !isLength) {
    return false;
  }
  const list = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(base, length, type);
  return list.check(address, type);
}

function split(network: string): [address: string, length: number] {
  const [address = "", length = ""] = network.split("/");
  return [address, Number(length)];
}

/** Route 53 checks from addresses all over the world. */
function checkPublicChecks({ settings: { web, domain, monitoring }, knows, report }: Context): void {
  const isChecked = monitoring?.healthCheck === true && domain !== undefined;
  if (!isChecked || !knows("domain", "monitoring.healthCheck", "web.allowedCidrs", "web.internal")) {
    return;
  }
  const isLimited = web.allowedCidrs !== undefined && !web.allowedCidrs.includes("0.0.0.0/0");
  if (isLimited || web.internal) {
    const message = `is true, but ${web.internal ? "web.internal is true" : "web.allowedCidrs is set"}. Route 53 checks the domain from its own public addresses, which get no answer. Set it to false: then an outside check of your own has to take its place.`;
    report("monitoring.healthCheck", message, { set: "monitoring.healthCheck", to: false });
  }
}

function checkLoadBalancer({ settings: { web }, knows, report }: Context): void {
  const { internal, ipAddressType, firewall, singleInstance } = web;
  const needed: [path: string, value: string, isSet: boolean][] = [
    ["web.internal", "true", internal],
    ["web.ipAddressType", ipAddressType, ipAddressType === "dualstack"],
    ["web.firewall", `"${firewall ?? ""}"`, firewall !== undefined],
  ];
  for (const [path, value, isSet] of needed) {
    if (isSet && singleInstance && knows(path, "web.singleInstance")) {
      const message = `is ${value}, but web.singleInstance is true. It needs a load balancer. Set web.singleInstance to false, or remove ${path}.`;
      report(path, message, { remove: path });
    }
  }
  // ELB API reference, SetIpAddressType.
  if (internal && ipAddressType === "dualstack" && knows("web.internal", "web.ipAddressType")) {
    const message =
      "is dualstack, but web.internal is true. Internal load balancers have IPv4 addresses only.";
    report("web.ipAddressType", message, { remove: "web.ipAddressType" });
  }
}

function checkTimes({ settings: { web }, knows, report }: Context): void {
  const { idleTimeout, uploadLimit } = web;
  const min = getRequestTimeout(uploadLimit);
  if (knows("web.idleTimeout", "web.uploadLimit") && idleTimeout !== undefined && idleTimeout < min) {
    const message = `is ${idleTimeout}, but a request may take ${min} seconds with a web.uploadLimit of ${uploadLimit}. Expected ${min} or more.`;
    report("web.idleTimeout", message, integer("web.idleTimeout", min, 3600));
  }
  const { healthCheckInterval: interval, healthCheckTimeout: timeout } = { ...healthCheckTimes, ...web };
  // ELB API reference, CreateTargetGroup.
  if (knows("web.healthCheckInterval", "web.healthCheckTimeout") && timeout >= interval) {
    const byDefault = (value: number | undefined) => (value === undefined ? " by default" : "");
    const message = `is ${timeout}${byDefault(web.healthCheckTimeout)}, but web.healthCheckInterval is ${interval}${byDefault(web.healthCheckInterval)}. Expected fewer seconds than the interval.`;
    const most = Math.min(60, interval - 1);
    report("web.healthCheckTimeout", message, integer("web.healthCheckTimeout", 2, most));
  }
}

function checkDomains({ settings, isValid, report }: Context): void {
  const { domain, additionalDomains = [], hostedZone, additionalHostedZones = [] } = settings;
  if (!isValid("domain", "additionalDomains", "hostedZone", "additionalHostedZones")) {
    return;
  }
  if (domain === undefined && additionalDomains.length > 0) {
    report("additionalDomains", "is set, but domain is missing. Set domain to the first of them.", {
      remove: "additionalDomains",
    });
  }
  additionalDomains.forEach((host, index) => {
    const path = `additionalDomains[${index}]`;
    if (host === domain) {
      report(path, `is "${host}", which is domain. Expected further host names.`, { remove: path });
    } else if (hostedZone !== undefined && !findZone(host, [hostedZone, ...additionalHostedZones])) {
      const message = `is "${host}", which is neither in hostedZone, "${hostedZone}", nor in one of additionalHostedZones. Add its zone to additionalHostedZones, or use certificateArn.`;
      report(path, message, { set: `additionalHostedZones[${additionalHostedZones.length}]` });
    }
  });
  // From the last: to remove an item gives those after it another index.
  [...additionalHostedZones.entries()].reverse().forEach(([index, zone]) => {
    const path = `additionalHostedZones[${index}]`;
    const zones = hostedZone === undefined ? [] : [hostedZone, ...additionalHostedZones];
    if (!additionalDomains.some((host) => findZone(host, zones) === zone) || zone === hostedZone) {
      const reason =
        hostedZone === undefined
          ? "hostedZone is missing"
          : "none of additionalDomains is in that zone, or hostedZone contains it";
      report(path, `is "${zone}", but ${reason}. Remove it.`, { remove: path });
    }
  });
}

function checkBatches({ settings, knows, report }: Context): void {
  for (const group of groups) {
    const { deploymentBatchSize: size, deploymentBatchSizeType: type, maxSize } = settings[group];
    const paths = ["deploymentBatchSize", "deploymentBatchSizeType", "maxSize"].map(
      (key) => `${group}.${key}`,
    );
    if (knows(...paths) && type === "Fixed" && size > maxSize) {
      const path = `${group}.deploymentBatchSize`;
      const byDefault = size === capacityDefaults.deploymentBatchSize ? "the default, and " : "";
      const message = `is ${size} instances (${byDefault}${group}.deploymentBatchSizeType is Fixed), but ${group}.maxSize is ${maxSize}. Expected ${maxSize} or fewer.`;
      report(path, message, integer(path, 1, maxSize));
    }
  }
}

/** EBS User Guide, "Amazon EBS volume types". */
function checkVolumes({ settings, knows, report }: Context): void {
  for (const group of groups) {
    const {
      rootVolumeType: type,
      rootVolumeSize: size,
      rootVolumeIops: iops,
      rootVolumeThroughput: throughput,
    } = settings[group];
    const path = (key: string) => `${group}.rootVolume${key}`;
    if (!knows(path("Type"), path("Size"), path("Iops"), path("Throughput"))) {
      continue;
    }
    const limits = type === "gp2" ? undefined : iopsLimits[type];
    if (limits === undefined ? iops !== undefined : iops === undefined && type === "io1") {
      const message =
        limits === undefined
          ? "is set, but gp2 volumes have I/O operations by their size. Remove it, or use gp3."
          : "is missing, but io1 volumes need it.";
      report(path("Iops"), message, limits === undefined ? { remove: path("Iops") } : { set: path("Iops") });
    } else if (limits !== undefined && iops !== undefined) {
      const most = Math.max(limits.min, Math.min(limits.max, size * limits.perGiB));
      if (iops < limits.min || iops > most) {
        const message = `is ${iops}. Expected ${limits.min} to ${most} for ${type} with ${size} GiB.`;
        report(path("Iops"), message, integer(path("Iops"), limits.min, most));
      }
    }
    if (throughput === undefined) {
      continue;
    }
    const most = Math.min(1000, Math.floor((iops ?? iopsLimits.gp3.min) / 4));
    if (type !== "gp3") {
      const message = `is set, but ${type} volumes have no throughput of their own. Remove it, or use gp3.`;
      report(path("Throughput"), message, { remove: path("Throughput") });
    } else if (throughput > most) {
      const message = `is ${throughput}. Expected at most ${most}, a quarter of ${group}.rootVolumeIops (${iops ?? iopsLimits.gp3.min}).`;
      report(path("Throughput"), message, integer(path("Throughput"), 125, most));
    }
  }
}
