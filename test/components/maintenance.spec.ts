import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, type BeoDatastoreArgs, Maintenance } from "../../components";
import { record } from "../../plan/record";
import type { PropertyValue } from "../../plan/values";
import { answers, exampleOutputs } from "../support/examples";
import { run, type Run } from "../support/run";

const loadBalancerArn =
  "arn:aws:elasticloadbalancing:us-west-1:123456789012:loadbalancer/app/awseb--AWSEB-abc/0123456789abcdef";
const datastore: BeoDatastoreArgs = {
  applicationName: "beo-prod",
  environment: "prod",
  appUrl: "https://beo.example.com",
  supportEmail: "support@example.com",
  domain: "api.example.com",
  hostedZone: "example.com",
};

/** The environment properties of one of the environments that pause Celery. */
function getPaused(made: Run, environment: string): Record<string, string> {
  const settings = made.inputs(environment).settings as { name: string; value: string }[];
  return Object.fromEntries(
    settings
      .filter(({ name }) => /^CELERY_(BEAT|WORKER)$/.test(name))
      .map(({ name, value }) => [name, value]),
  );
}

/** What happens where the load balancer has a web ACL. */
async function runWithWebAcl(webAcl: Record<string, PropertyValue> | Error) {
  const isLookup = (token: string) => token === "aws:wafv2/getWebAcl:getWebAcl";
  return record(
    {
      project: "beo-datastore",
      stack: "dev",
      config: { "aws:region": "us-west-1" },
      outputs: exampleOutputs,
      invoke: (token, ...rest) => {
        if (!isLookup(token)) {
          return answers(token, ...rest);
        }
        if (webAcl instanceof Error) {
          throw webAcl;
        }
        return webAcl;
      },
    },
    () => new Maintenance("m", { loadBalancerArn }),
  );
}

describe("Maintenance", () => {
  it("answers everyone with 503 and Retry-After", async () => {
    const made = await run(() => new Maintenance("m", { loadBalancerArn, tags: { Project: "beo" } }));
    expect(made.counts()).to.deep.equal({ WebAcl: 1, WebAclAssociation: 1 });
    // The form of WAF's API reference: CustomResponse, CustomResponseBody, VisibilityConfig.
    expect(made.inputs("m-acl")).to.deep.equal({
      description: "Answers 503 during maintenance",
      scope: "REGIONAL",
      defaultAction: {
        block: {
          customResponse: {
            responseCode: 503,
            customResponseBodyKey: "maintenance",
            responseHeaders: [{ name: "Retry-After", value: "3600" }],
          },
        },
      },
      customResponseBodies: [
        {
          key: "maintenance",
          contentType: "TEXT_HTML",
          content:
            '<!doctype html><html lang="en"><title>Down for maintenance</title><h1>Down for maintenance</h1><p>Try again in 60 minutes.</p></html>',
        },
      ],
      rules: [],
      visibilityConfig: {
        metricName: "maintenance",
        cloudwatchMetricsEnabled: true,
        sampledRequestsEnabled: true,
      },
      tags: { Project: "beo" },
    });
    // Only a generated name: an imported web ACL keeps its own.
    expect(made.resource("m-acl").ignoreChanges).to.deep.equal(["name"]);
    expect(made.inputs("m-association")).to.deep.equal({
      resourceArn: loadBalancerArn,
      webAclArn: "arn:aws:wafv2:us-west-1:123456789012:regional/webacl/m-acl/1",
    });
    // Deleted last, the association of a replaced web ACL would take the new one's from the load balancer.
    expect(made.resource("m-association").deleteBeforeReplace).to.equal(true);
  });

  it("lets the allowed networks pass, and says how long it takes", async () => {
    const allowedCidrs = ["203.0.113.0/24", "198.51.100.7/32"];
    const made = await run(() => new Maintenance("m", { loadBalancerArn, allowedCidrs, retryAfter: 60 }));
    expect(made.inputs("m-allowed")).to.deep.equal({
      description: "Answers 503 during maintenance",
      scope: "REGIONAL",
      ipAddressVersion: "IPV4",
      addresses: allowedCidrs,
    });
    const { rules, defaultAction, customResponseBodies } = made.inputs("m-acl");
    expect(rules).to.deep.equal([
      {
        name: "allowed-networks",
        priority: 0,
        action: { allow: {} },
        statement: {
          ipSetReferenceStatement: { arn: "arn:aws:wafv2:us-west-1:123456789012:regional/ipset/m-allowed/1" },
        },
        visibilityConfig: {
          metricName: "maintenance-allowed",
          cloudwatchMetricsEnabled: true,
          sampledRequestsEnabled: true,
        },
      },
    ]);
    expect(JSON.stringify(defaultAction)).to.include('{"name":"Retry-After","value":"60"}');
    expect(JSON.stringify(customResponseBodies)).to.include("<p>Try again in 1 minute.</p>");
  });

  it("does not take the place of another web ACL, which would not come back", async () => {
    const { error } = await runWithWebAcl({
      name: "corporate-firewall",
      description: "",
      id: "1",
      region: "us-west-1",
    });
    expect(error?.message).to.equal(
      `The load balancer has the web ACL corporate-firewall of AWS WAF. Maintenance needs its place. Disassociate it first, and associate it again afterwards: aws wafv2 disassociate-web-acl --resource-arn ${loadBalancerArn} --region us-west-1`,
    );
    const own = await runWithWebAcl({ name: "m-acl-1a2b3c", description: "Answers 503 during maintenance" });
    expect(own.error).to.equal(undefined);
  });

  it("takes no place that it cannot see", async () => {
    // As the provider reports them: https://docs.aws.amazon.com/waf/latest/APIReference/CommonErrors.html
    for (const message of [
      "reading WAFv2 WebACL: operation error WAFV2: GetWebACLForResource, https response error StatusCode: 400, api error AccessDeniedException: User: arn:aws:iam::123456789012:user/me is not authorized to perform: wafv2:GetWebACLForResource",
      "operation error WAFV2: GetWebACLForResource, api error ThrottlingException: Rate exceeded",
      "api error ExpiredTokenException: The security token included in the request is expired",
    ]) {
      const { error } = await runWithWebAcl(new Error(message));
      expect(error?.message).to.match(/^The web ACL of the load balancer could not be read/);
    }
    const none = await runWithWebAcl(new Error("reading WAFv2 WebACL for resource: empty result"));
    expect(none.error).to.equal(undefined);
  });
});

describe("a BeoDatastore in maintenance", () => {
  it("closes the load balancer, pauses Celery, and has no alarms that follow from it", async () => {
    const web = { maintenance: true, maintenanceCidrs: ["203.0.113.0/24"], maintenanceRetryAfter: 600 };
    const made = await run(
      () => new BeoDatastore("b", { ...datastore, web, extraEnvironment: { CELERY_BEAT: "1" } }),
    );
    expect(made.inputs("b-web-acl").resourceArn).to.equal(loadBalancerArn);
    expect(made.inputs("b-maintenance-allowed").addresses).to.deep.equal(["203.0.113.0/24"]);
    expect(JSON.stringify(made.inputs("b-maintenance-acl"))).to.include('"value":"600"');
    expect(getPaused(made, "b-eb-worker")).to.deep.equal({ CELERY_BEAT: "0", CELERY_WORKER: "0" });
    expect(getPaused(made, "b-eb-web")).to.deep.equal({ CELERY_BEAT: "1" });
    const getAlarms = ({ resources }: Run) =>
      resources.filter(({ type }) => type.endsWith(":MetricAlarm")).map(({ name }) => name);
    const all = getAlarms(await run(() => new BeoDatastore("b", datastore)));
    const left = getAlarms(made);
    expect(all.filter((name) => !left.includes(name))).to.have.members([
      "b-mon-web-health",
      "b-mon-load-balancer-errors",
      "b-mon-queue-age",
    ]);
  });

  it("is an option: without it nothing differs", async () => {
    const made = await run(() => new BeoDatastore("b", datastore));
    const off = await run(
      () =>
        new BeoDatastore("b", {
          ...datastore,
          web: { maintenance: false, maintenanceCidrs: ["203.0.113.0/24"], maintenanceRetryAfter: 600 },
        }),
    );
    expect(made.counts()).not.to.have.any.keys("WebAcl", "WebAclAssociation", "IpSet");
    expect(getPaused(made, "b-eb-worker")).to.deep.equal({});
    // Each database has a name of its own for its final snapshot.
    const getInputs = (all: Run) =>
      all.resources
        .map(({ name }) => name + JSON.stringify(all.shown(name)).replace(/final-\w{8}/, ""))
        .sort();
    expect(getInputs(off)).to.deep.equal(getInputs(made));
  });

  it("needs a load balancer", async () => {
    const web = { maintenance: true, singleInstance: true };
    const { error } = await record(
      {
        project: "beo-datastore",
        stack: "dev",
        config: { "aws:region": "us-west-1" },
        outputs: exampleOutputs,
        invoke: answers,
      },
      () => new BeoDatastore("b", { ...datastore, domain: undefined, hostedZone: undefined, web }),
    );
    expect(String(error)).to.include(
      "web.maintenance is true, but web.singleInstance is true. Only a load balancer can answer 503 in place of the application. Set one of them to false.",
    );
  });
});
