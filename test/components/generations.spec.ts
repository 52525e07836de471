import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, type BeoDatastoreArgs } from "../../components";
import { run, type Run, valueOf } from "../support/run";

const args: BeoDatastoreArgs = {
  applicationName: "beo-prod",
  environment: "prod",
  appUrl: "https://beo.example.com",
  supportEmail: "support@example.com",
  domain: "api.example.com",
  hostedZone: "example.com",
  web: { scaling: "latency" },
};

/** The platform of each step of a change from Python to Docker, and what comes after it. */
const steps = {
  before: { branch: "Python 3.13" },
  beside: { branch: "Docker", generation: 2, previousBranch: "Python 3.13", servingGeneration: 1 },
  moved: { branch: "Docker", generation: 2, previousBranch: "Python 3.13" },
  after: { branch: "Docker", generation: 2 },
};

const create = (platform: BeoDatastoreArgs["platform"], more: Partial<BeoDatastoreArgs> = {}) =>
  run(() => new BeoDatastore("b", { ...args, ...more, platform }));

const getNames = ({ resources }: Run) => resources.map(({ name }) => name);
const getChanges = (from: Run, to: Run) => ({
  created: getNames(to).filter((name) => !getNames(from).includes(name)),
  deleted: getNames(from).filter((name) => !getNames(to).includes(name)),
  updated: from.resources
    .filter(({ name, custom }) => custom && getNames(to).includes(name))
    .map(({ name }) => name)
    .filter((name) => {
      const ignored = from.resource(name).ignoreChanges;
      const getInputs = (made: Run) =>
        JSON.stringify(Object.entries(made.inputs(name)).filter(([key]) => !ignored.includes(key)));
      return getInputs(from) !== getInputs(to);
    }),
});

const getOption = (made: Run, environment: string, option: string) =>
  (made.inputs(environment).settings as { name: string; value: string }[]).find(({ name }) => name === option)
    ?.value;

/** All that belongs to a pair of environments, without the numbers that end or interrupt the names. */
const pair = [
  "b-eb-bootstrap",
  "b-eb-bootstrap-bundle",
  "b-eb-bootstrap-id",
  "b-eb-redirect",
  "b-eb-web",
  "b-eb-web-instances",
  "b-eb-web-instances-policy",
  "b-eb-web-instances-profile",
  "b-eb-web-instances-sessions",
  "b-eb-web-latency-high",
  "b-eb-web-latency-high-policy",
  "b-eb-web-latency-low",
  "b-eb-web-latency-low-policy",
  "b-eb-worker",
  "b-eb-worker-backlog",
  "b-eb-worker-drain-hook",
  "b-eb-worker-drain-policy",
  "b-eb-worker-idle",
  "b-eb-worker-instances",
  "b-eb-worker-instances-policy",
  "b-eb-worker-instances-profile",
  "b-eb-worker-instances-sessions",
  "b-eb-worker-scale-in",
  "b-eb-worker-scale-out",
];

describe("a second generation of environments", () => {
  it("is created beside the first one, of which nothing changes", async () => {
    const [before, beside] = [await create(steps.before), await create(steps.beside)];
    const { created, deleted, updated } = getChanges(before, beside);
    expect({ deleted, updated }).to.deep.equal({ deleted: [], updated: [] });
    expect(
      created.every((name) => /-2(-|$)/.test(name)),
      created.join(),
    ).to.equal(true);
    expect(created.map((name) => name.replace("-2", "")).sort()).to.deep.equal(pair);
  });

  it("has names of its own, the settings and the security groups of the first one", async () => {
    const made = await create(steps.beside);
    expect(made.inputs("b-eb-web-2")).to.deep.include({ name: "beo-prod-2", application: "beo-prod" });
    expect(made.inputs("b-eb-worker-2")).to.deep.include({ name: "beo-prod-worker-2", tier: "Worker" });
    for (const option of ["SecurityGroups", "DJANGO_ALLOWED_HOSTS", "SQL_HOST", "CELERY_DEFAULT_QUEUE"]) {
      for (const part of ["web", "worker"]) {
        const [first, second] = [`b-eb-${part}`, `b-eb-${part}-2`].map((name) =>
          getOption(made, name, option),
        );
        expect(second, option).to.be.a("string").that.equals(first);
      }
    }
    expect(getOption(made, "b-eb-web", "WSGIPath")).to.equal("beo_datastore.wsgi:application");
    expect(getOption(made, "b-eb-web-2", "WSGIPath")).to.equal(undefined);
    expect(made.inputs("b-eb-worker-2-backlog").name).to.equal("beo-prod-2-backlog");
    expect(String(made.inputs("b-eb-web-2-instances-policy").policy)).to.include(
      "environment/beo-prod/beo-prod-2",
    );
  });

  it("starts with the placeholder of its platform, or with a version", async () => {
    const made = await create(steps.beside);
    expect(made.inputs("b-eb-web").version).to.equal("bootstrap-python-0a1b2c3d");
    expect(made.inputs("b-eb-web-2").version).to.equal("bootstrap-docker-0a1b2c3d");
    const withVersion = await create({ ...steps.beside, initialVersion: "app-1" });
    expect(withVersion.inputs("b-eb-web").version).to.equal("bootstrap-python-0a1b2c3d");
    expect(withVersion.inputs("b-eb-web-2").version).to.equal("app-1");
    expect(withVersion.inputs("b-eb-worker-2").version).to.equal("app-1");
  });

  it("leaves the address to the one that has it, whichever that is", async () => {
    const beside = await create(steps.beside);
    expect(beside.inputs("b-eb-web").cnamePrefix).to.equal("beo-prod");
    expect(beside.inputs("b-eb-web-2").cnamePrefix).to.equal(undefined);
    // Created again, it gets the address.
    expect((await create(steps.after)).inputs("b-eb-web-2").cnamePrefix).to.equal("beo-prod");
    for (const keepAddress of [true, false]) {
      const made = await create(steps.beside, { keepAddress });
      expect(made.resource("b-eb-web").ignoreChanges).to.include("cnamePrefix");
      expect(made.resource("b-eb-web-2").ignoreChanges).to.include("cnamePrefix");
    }
    for (const platform of Object.values(steps)) {
      const { aliases } = (await create(platform)).inputs("b-address") as { aliases: { name: string }[] };
      expect(aliases[0]?.name).to.equal("beo-prod.us-west-1.elasticbeanstalk.com");
    }
  });

  it("is followed by outputs, alarms and the dashboard once it serves", async () => {
    const { created, deleted, updated } = getChanges(await create(steps.beside), await create(steps.moved));
    expect({ created, deleted }).to.deep.equal({ created: [], deleted: [] });
    expect(updated.filter((name) => !name.startsWith("b-mon-"))).to.deep.equal([]);
    for (const [platform, suffix] of [
      [steps.before, ""],
      [steps.beside, ""],
      [steps.moved, "-2"],
      [steps.after, "-2"],
    ] as const) {
      let outputs: Promise<unknown> | undefined;
      const made = await run(() => {
        const { webEnvironmentName, workerEnvironmentName, ebConfig, readme, url } = new BeoDatastore("b", {
          ...args,
          platform,
        });
        outputs = valueOf([webEnvironmentName, workerEnvironmentName, ebConfig, readme, url]);
      });
      const [web, worker, ebConfig, readme, url] = (await outputs) as string[];
      expect({ web, worker, url }).to.deep.equal({
        web: `beo-prod${suffix}`,
        worker: `beo-prod-worker${suffix}`,
        url: "https://api.example.com",
      });
      expect(ebConfig).to.include(`environment: beo-prod${suffix}\n`);
      expect(ebConfig).to.include(`default_platform: ${suffix === "" ? "Python 3.13" : "Docker"} running on`);
      expect(readme).to.include(`eb deploy beo-prod${suffix} --timeout`);
      expect(made.inputs("b-mon-web-health").dimensions).to.deep.equal({
        EnvironmentName: `beo-prod${suffix}`,
      });
      expect(made.inputs("b-mon-worker-health").dimensions).to.deep.equal({
        EnvironmentName: `beo-prod-worker${suffix}`,
      });
    }
  });

  it("stays as it is when the first one is dismissed", async () => {
    const [moved, after] = [await create(steps.moved), await create(steps.after)];
    const { created, deleted, updated } = getChanges(moved, after);
    expect({ created, updated }).to.deep.equal({ created: [], updated: [] });
    expect(deleted.sort()).to.deep.equal(pair);
  });

  it("has other instance types, and the first one keeps its own", async () => {
    const made = await create(
      { ...steps.beside, branch: "Python 3.13" },
      {
        web: { instanceTypes: ["t4g.small"], previousInstanceTypes: ["t3.small"] },
        worker: { instanceTypes: ["t4g.large"] },
      },
    );
    const getTypes = (name: string) => getOption(made, name, "InstanceTypes");
    expect(["b-eb-web", "b-eb-web-2", "b-eb-worker", "b-eb-worker-2"].map(getTypes)).to.deep.equal([
      "t3.small",
      "t4g.small",
      "t4g.large",
      "t4g.large",
    ]);
  });

  it("adds its number to names that are settings", async () => {
    const made = await create(
      { branch: "Docker", generation: 3, previousBranch: "Docker" },
      { web: { environmentName: "Beo-web" }, worker: { environmentName: "beo-celery" } },
    );
    expect(
      ["b-eb-web-2", "b-eb-worker-2", "b-eb-web-3", "b-eb-worker-3"].map((name) => made.inputs(name).name),
    ).to.deep.equal(["Beo-web-2", "beo-celery-2", "Beo-web-3", "beo-celery-3"]);
  });

  it("moves only itself to the newest platform version", async () => {
    const made = await create({ ...steps.beside, update: true });
    expect(made.resource("b-eb-web").ignoreChanges).to.include("solutionStackName");
    expect(made.resource("b-eb-web-2").ignoreChanges).not.to.include("solutionStackName");
  });

  it("rejects a serving generation that has no environments, and a generation before the first one", async () => {
    for (const platform of [
      { generation: 2, servingGeneration: 1 },
      { generation: 1, previousBranch: "Docker" },
    ]) {
      expect(await create(platform).then(String, String)).to.match(/platform\.(servingG|g)eneration/);
    }
  });
});
