"use strict";
/** The public DNS over the emulated AWS: Elastic Beanstalk's names, Route 53's zones, and another provider's records. */
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const eb = require("@aws-sdk/client-elastic-beanstalk");
const r53 = require("@aws-sdk/client-route-53");

const config = (env) => ({
  endpoint: env.AWS_ENDPOINT_URL,
  region: "us-west-1",
  credentials: { accessKeyId: "emulated", secretAccessKey: "emulated" },
});
const bare = (name) =>
  name
    .replace(/^dualstack\./, "")
    .replace(/\.$/, "")
    .toLowerCase();

async function findRecord(name, env) {
  const client = new r53.Route53Client(config(env));
  const { HostedZones = [] } = await client.send(new r53.ListHostedZonesCommand({}));
  for (const { Id, Name } of HostedZones) {
    if (`.${name}`.endsWith(`.${bare(Name)}`)) {
      const { ResourceRecordSets } = await client.send(
        new r53.ListResourceRecordSetsCommand({ HostedZoneId: Id, MaxItems: 1000 }),
      );
      const found = ResourceRecordSets.find(
        (one) => bare(one.Name) === name && ["A", "CNAME"].includes(one.Type),
      );
      return found && (found.AliasTarget?.DNSName ?? found.ResourceRecords?.[0]?.Value);
    }
  }
  return JSON.parse(readFileSync(env.ADOPTION_DNS, "utf8"))[name];
}

/** Follows a name to the environment that answers it. */
async function resolve(name, env = process.env) {
  const chain = [];
  const { Environments = [] } = await new eb.ElasticBeanstalkClient(config(env)).send(
    new eb.DescribeEnvironmentsCommand({ IncludeDeleted: false }),
  );
  for (let current = bare(name); current && chain.length < 9; current = await findRecord(current, env)) {
    current = bare(current);
    chain.push(current);
    const environment = Environments.find((one) =>
      [one.CNAME, one.EndpointURL].some((address) => address && bare(address) === current),
    );
    if (environment) {
      const digit = createHash("sha256").update(environment.EnvironmentId).digest()[0];
      return { environment, chain, address: `203.0.113.${digit}` };
    }
  }
  return { chain };
}

module.exports = { resolve };
