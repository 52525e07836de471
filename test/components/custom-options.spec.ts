import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { Beanstalk, type BeanstalkArgs } from "../../components";
import { type CustomOptions, findOptionProblems } from "../../components/beanstalk/custom-options";
import documented from "../../components/beanstalk/aws-options.json";
import { findNamespace, findOption } from "../../components/beanstalk/documented-options";
import { findOwner } from "../../components/beanstalk/program-options";
import { type Web, webDefaults, type Worker, workerDefaults } from "../../components/beanstalk/arguments";
import { platformDefaults } from "../../components/beanstalk/platform";
import { getSetting } from "../../stacks/schema";
import { validValues } from "../stacks/configurations";
import { run } from "../support/run";
import { balanced, common, merge, scaling, web as webOnly, worker as workerOnly } from "./documented-values";

const args: BeanstalkArgs = {
  applicationName: "beo",
  vpcId: "vpc-1",
  instanceSubnetIds: ["subnet-1", "subnet-2"],
  instanceSecurityGroupId: "sg-instances",
  loadBalancerSecurityGroupId: "sg-lb",
  certificateArn: "arn:aws:acm:us-west-1:123456789012:certificate/1",
  web: { maxSize: 4 },
  worker: { maxSize: 4 },
};

/** What an environment is, and the options that it may have. */
const environments = {
  "a web environment with a load balancer": {
    group: "web" as const,
    changes: {},
    values: merge(common, scaling, webOnly, balanced),
  },
  "a single instance": {
    group: "web" as const,
    changes: { singleInstance: true, maxSize: 1 },
    values: merge(common, webOnly),
  },
  "a worker environment": {
    group: "worker" as const,
    changes: {},
    values: merge(common, scaling, workerOnly),
  },
};

interface Changes {
  branch?: string;
  previousBranch?: string;
  hasCertificate?: boolean;
  generation?: number;
  singleInstance?: boolean;
  maxSize?: number;
}

/** Returns what is wrong with options, as the messages say it. */
function check(
  group: "web" | "worker",
  options: object,
  { branch = "Python 3.13", previousBranch, hasCertificate = true, ...changes }: Changes = {},
): string[] {
  const given = { maxSize: 4, ...changes, options: options as CustomOptions };
  const web: Web = { ...webDefaults, ...(group === "web" ? given : {}) };
  const worker: Worker = { ...workerDefaults, ...(group === "worker" ? given : {}) };
  const platform = { ...platformDefaults, branch, previousBranch };
  return findOptionProblems({ web, worker, platform, hasCertificate }).map(
    ({ path, message }) => `${path} ${message}`,
  );
}

/** Returns the settings of an environment by "namespace name", with the resource before it. */
async function plan(
  group: "web" | "worker",
  changes: Partial<BeanstalkArgs>,
): Promise<Record<string, unknown>> {
  const made = await run(() => new Beanstalk("b", { ...args, ...changes }));
  const settings = made.inputs(`b-${group}`).settings as Record<string, string>[];
  const entries = settings.map(({ namespace, name, value, resource }) => [
    `${namespace!}${resource === "" ? "" : `/${resource!}`} ${name!}`,
    value,
  ]);
  expect(new Set(entries.map(([id]) => id)).size, "each option once").to.equal(entries.length);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

describe("the options of an environment", () => {
  for (const [title, { group, changes, values }] of Object.entries(environments)) {
    const rows = Object.entries(values).flatMap(([namespace, options]) =>
      Object.entries(options).map(([name, [allowed, wrong]]) => ({ namespace, name, allowed, wrong })),
    );

    it(`are all set in ${title}`, async () => {
      const options = Object.fromEntries(
        Object.entries(values).map(([namespace, all]) => [
          namespace,
          Object.fromEntries(Object.entries(all).map(([name, [allowed]]) => [name, allowed])),
        ]),
      );
      const planned = await plan(group, { [group]: { ...args[group], ...changes, options } });
      expect(planned).to.include(
        Object.fromEntries(rows.map(({ namespace, name, allowed }) => [`${namespace} ${name}`, allowed])),
      );
    });

    it(`are refused in ${title} with a value that AWS does not allow`, () => {
      for (const { namespace, name, wrong } of rows.filter((row) => row.wrong !== undefined)) {
        const found = check(group, { [namespace]: { [name]: wrong } }, changes);
        const path = `${group}.options["${namespace}"]${/^\w+$/.test(name) ? `.${name}` : `["${name}"]`}`;
        const pattern = new RegExp(`^${escape(path)} is "${escape(wrong!)}"\\. Expected .+\\.$`);
        expect(
          found.filter((message) => pattern.test(message)),
          `${namespace} ${name}`,
        ).to.have.length(1);
      }
    });
  }

  it("are known as far as the developer guide documents them", () => {
    const all = Object.values(environments).map(({ group, values }) => ({ group, values }));
    const untested = Object.entries(documented.namespaces as Record<string, { options?: object }>).flatMap(
      ([namespace, { options = {} }]) =>
        Object.keys(options).flatMap((name) => {
          const isTested = all.some(({ values }) =>
            Object.entries(values).some(
              ([key, tested]) =>
                findNamespace(key)?.documentedAs === namespace && (name in tested || name === "*"),
            ),
          );
          const isDecided = (["web", "worker"] as const).every((group) => {
            const found = findNamespace(namespace.replace("*", "default"))!;
            const needs = findOption(found, name)?.environments ?? found.row.environments ?? [];
            const isMissing =
              needs.length > 0 &&
              !(group === "worker" ? needs.includes("worker") : needs.includes("balanced"));
            return isMissing || findOwner(group, [found.namespace, namespace], name) !== undefined;
          });
          return isTested || isDecided ? [] : [`${namespace} ${name}`];
        }),
    );
    expect(untested).to.deep.equal([]);
  });
});

describe("options of other programs", () => {
  it("may be outputs, numbers and booleans, and override the program's defaults only", async () => {
    const options = {
      "aws:elasticbeanstalk:command": { Timeout: pulumi.output("900"), IgnoreHealthCheck: true },
      "aws:elbv2:listener:443": { Rules: "admin, api" },
      "aws:elbv2:listenerrule/admin": { PathPatterns: "/admin/*" },
      "aws:elbv2:listenerrule/api": { PathPatterns: "/v1/*", Priority: 2 },
      "aws:elasticbeanstalk:hostmanager": {},
    } as unknown as CustomOptions;
    const planned = await plan("web", { web: { options } });
    expect(planned).to.include({
      "aws:elasticbeanstalk:command Timeout": "900",
      "aws:elasticbeanstalk:command IgnoreHealthCheck": "true",
      "aws:elasticbeanstalk:command DeploymentPolicy": "AllAtOnce",
      "aws:elbv2:listener:443 Rules": "admin,api",
      "aws:elbv2:listener:443 Protocol": "HTTPS",
      "aws:elbv2:listenerrule:admin PathPatterns": "/admin/*",
      "aws:elbv2:listenerrule:api Priority": "2",
    });
    const without = await plan("web", {});
    expect(Object.keys(planned).filter((id) => !(id in without))).to.deep.equal([
      "aws:elasticbeanstalk:command IgnoreHealthCheck",
      "aws:elbv2:listener:443 Rules",
      "aws:elbv2:listenerrule:admin PathPatterns",
      "aws:elbv2:listenerrule:api PathPatterns",
      "aws:elbv2:listenerrule:api Priority",
    ]);
  });

  it("are checked by Beanstalk itself before anything is registered, all at once", async () => {
    let message = "";
    const { resources } = await run(() => {
      try {
        new Beanstalk("b", {
          ...args,
          web: { options: { "AWS:autoscaling:asg": { Cooldown: "5" } } },
          worker: { options: { "aws:elasticbeanstalk:sqsd": { MaxRetries: "0" } } },
        });
      } catch (error) {
        message = (error as Error).message;
      }
    });
    expect(message.split("\n")).to.deep.equal([
      'web.options["AWS:autoscaling:asg"] is not a namespace of Elastic Beanstalk\'s options. Did you mean aws:autoscaling:asg?',
      'worker.options["aws:elasticbeanstalk:sqsd"].MaxRetries is "0". Expected an integer from 1 to 100.',
    ]);
    expect(resources.map(({ type }) => type)).to.deep.equal(["pulumi:pulumi:Stack"]);
  });

  it("show no password in a URL, and not all of a long value", () => {
    const getMessage = (value: string) =>
      check("web", { "aws:elasticbeanstalk:hostmanager": { LogPublicationControl: value } }).join();
    const password = "hunter2";
    expect(getMessage(`https://me:${password}@logs.beotest.net/`)).to.match(
      / is "https:\/\/…@logs\.beotest\.net\/"\. /,
    );
    expect(getMessage("x".repeat(500))).to.match(/ is "x{96}…\. Expected true or false\.$/);
  });

  it("for another platform are those of the generation that runs on it", async () => {
    const options = { "aws:elasticbeanstalk:container:python": { NumThreads: "5" } };
    const platform = { branch: "Docker", previousBranch: "Python 3.13", generation: 2 };
    expect(check("web", options, platform)).to.deep.equal([]);
    const made = await run(() => new Beanstalk("b", { ...args, web: { options }, platform }));
    const getThreads = (name: string) =>
      (made.inputs(name).settings as Record<string, string>[]).filter(
        (setting) => setting.name === "NumThreads",
      );
    expect(getThreads("b-web-2")).to.deep.equal([]);
    expect(getThreads("b-web")).to.have.length(1);
  });
});

/** Options that the program sets to a default, which others may replace. */
const replaceable = [
  "aws:elasticbeanstalk:command Timeout",
  "aws:elasticbeanstalk:healthreporting:system ConfigDocument",
  "aws:elasticbeanstalk:managedactions:platformupdate UpdateLevel",
];

describe("the options that the program sets", () => {
  const members = (group: string) =>
    Object.fromEntries(
      Object.entries(validValues)
        .filter(([path]) => path.startsWith(`${group}.`))
        .map(([path, value]) => [path.slice(group.length + 1), value]),
    );
  /** Every setting once with a value other than its default, and what decides whether options are set at all. */
  const variants: Partial<BeanstalkArgs>[] = [
    { web: { ...members("web"), options: undefined }, worker: { ...members("worker"), options: undefined } },
    { certificateArn: undefined },
    { web: { singleInstance: true } },
    { web: { deploymentPolicy: "Rolling" }, worker: { deploymentPolicy: "Immutable" } },
    { platform: { branch: "Docker" } },
  ];
  interface Owned {
    id: string;
    values: unknown[];
    owner: ReturnType<typeof findOwner>;
  }
  const owners: Record<"web" | "worker", Owned[]> = { web: [], worker: [] };
  before(async () => {
    for (const group of ["web", "worker"] as const) {
      const all = new Map<string, unknown[]>();
      for (const changes of variants) {
        for (const [id, value] of Object.entries(await plan(group, changes))) {
          all.set(id, [...(all.get(id) ?? []), value]);
        }
      }
      owners[group] = [...all].map(([id, values]) => {
        const [, namespace = "", name = ""] = /^(\S+) (.+)$/.exec(id) ?? [];
        const names = [namespace, findNamespace(namespace)!.documentedAs];
        return { id, values, owner: findOwner(group, names, name) };
      });
    }
  });
  const findReplaceable = (group: "web" | "worker") =>
    owners[group]
      .filter(({ owner }) => owner === undefined)
      .map(({ id }) => id)
      .sort();

  it("are each decided by a setting or with a reason, or are defaults that options may replace", () => {
    expect(findReplaceable("web")).to.deep.equal(
      [...replaceable, "aws:elasticbeanstalk:environment:process:default DeregistrationDelay"].sort(),
    );
    expect(findReplaceable("worker")).to.deep.equal(
      [
        ...replaceable,
        "aws:ec2:instances SpotAllocationStrategy",
        "aws:ec2:instances SpotFleetOnDemandAboveBasePercentage",
      ].sort(),
    );
  });

  // Who sets an option to the value that it has anyway must not read that it is wrong.
  it("have reasons that are true for the program's own value", () => {
    const wrong = [...owners.web, ...owners.worker].filter(({ values, owner }) => {
      const [value, ...others] = new Set(values);
      const isConstant =
        others.length === 0 && ["true", "enhanced", "application", "1 minute"].includes(String(value));
      return (
        isConstant &&
        owner !== undefined &&
        "reason" in owner &&
        ![`The program sets it to ${String(value)}`, "The program enables"].some((start) =>
          owner.reason.startsWith(start),
        )
      );
    });
    expect(wrong).to.deep.equal([]);
    const [defaultPort] = check("web", {
      "aws:elasticbeanstalk:environment:process:default": { Port: "80" },
    });
    expect(defaultPort).to.match(/Port is "80"\. Every process has port 80 and HTTP, /);
  });

  it("name settings that exist", () => {
    const settings = [...owners.web, ...owners.worker].flatMap(({ owner }) =>
      owner !== undefined && "setting" in owner ? [owner.setting] : [],
    );
    expect(settings.filter((path) => getSetting(path) === undefined)).to.deep.equal([]);
    expect(settings.length).to.be.greaterThan(30);
  });
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
