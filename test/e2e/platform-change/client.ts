import { appendFileSync } from "node:fs";
import { DescribeEnvironmentsCommand, ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";

/*
 * A client that calls the application's address all the time. The emulated AWS has no DNS and runs no instances, so that it
 * follows the address as DNS does, to the environment that answers, and notes every change of what it finds.
 */

const [log = "", host = ""] = process.argv.slice(2);
const beanstalk = new ElasticBeanstalkClient({ region: "us-west-1" });
const route53 = new Route53Client({ region: "us-west-1" });

/** The host that a domain's record leads to. */
async function resolve(): Promise<string> {
  if (host.endsWith(".elasticbeanstalk.com")) {
    return host;
  }
  const { HostedZones: [zone] = [] } = await route53.send(new ListHostedZonesCommand({}));
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone?.Id }),
  );
  const record = ResourceRecordSets.find(({ Name, Type }) => Name === `${host}.` && Type === "A");
  return record?.AliasTarget?.DNSName?.replace(/\.$/, "") ?? "no record";
}

async function call(): Promise<string> {
  const target = await resolve();
  const { Environments = [] } = await beanstalk.send(
    new DescribeEnvironmentsCommand({ IncludeDeleted: false }),
  );
  const found = Environments.filter(({ CNAME }) => CNAME === target);
  return found
    .map(({ EnvironmentName, Status, Health, VersionLabel }) =>
      [EnvironmentName, Status, Health, VersionLabel].join(" "),
    )
    .join(" and ");
}

async function callAlways(): Promise<never> {
  for (let last = ""; ; await new Promise((done) => setTimeout(done, 100))) {
    const answer = (await call().catch(String)) || "nothing answers";
    // A line for each answer that differs, and a dot for each that does not.
    appendFileSync(log, answer === last ? "." : `\n${answer}\n`);
    last = answer;
  }
}

void callAlways();
