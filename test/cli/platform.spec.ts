import { expect } from "chai";
import { describe, it } from "mocha";
import { getNextStep } from "../../cli/adopt/steps";
import type { Step } from "../../cli/adopt/steps/step";
import type { Environment, Pair } from "../../cli/platform/environments";
import {
  type Facts,
  getMove,
  getSteps,
  getStepsBack,
  isGoingBack,
  type Settings,
} from "../../cli/platform/steps";

const address = "beo-prod.us-west-1.elasticbeanstalk.com";
const other = "beo-prod-2.eba-abcdefgh.us-west-1.elasticbeanstalk.com";

const environment = (name: string, branch: string, more: Partial<Environment> = {}): Environment => ({
  id: `e-${name}`,
  name,
  branch,
  version: "app-1",
  status: "Ready",
  health: "Green",
  cname: name.includes("worker") ? "" : address,
  instanceTypes: ["t3.small"],
  ...more,
});
const pair = (number: number, branch: string, more: Partial<Environment> = {}): Pair => {
  const suffix = number === 1 ? "" : `-${number}`;
  return {
    number,
    web: environment(`beo-prod${suffix}`, branch, more),
    worker: environment(`beo-prod-worker${suffix}`, branch, { ...more, cname: "" }),
  };
};
const placeholder = { version: "bootstrap-docker-0a1b2c3d" };

const facts = (settings: Partial<Settings>, pairs: Pair[], servingName = "beo-prod"): Facts => ({
  stack: "prod",
  region: "us-west-1",
  settings: { branch: "Docker", generation: 2, web: {}, worker: {}, ...settings },
  address,
  pairs,
  servingName,
});
const beside = { previousBranch: "Python 3.13", servingGeneration: 1 };
const old = pair(1, "Python 3.13");
const next = pair(2, "Docker", { cname: other });
const oldAfter = pair(1, "Python 3.13", { cname: other });
const nextAfter = pair(2, "Docker");

const summarize = (steps: Step[]) => {
  const step = getNextStep(steps, { blockers: [] });
  return {
    done: steps.filter(({ isDone }) => isDone).length,
    commands: step?.commands.filter((line) => !line.startsWith("#")),
    comments: step?.commands.filter((line) => line.startsWith("#")).join("\n"),
  };
};
const forth = (from: Facts, branch = "Docker", types: { web?: string; worker?: string } = {}) =>
  summarize(getSteps(getMove(from), { branch, ...types }));
const back = (from: Facts) => summarize(getStepsBack(getMove(from)));

const up = "npx pulumi up --stack prod";
const region = "export AWS_REGION=us-west-1 AWS_DEFAULT_REGION=us-west-1";
const swap = (source: string, destination: string) => [
  `aws elasticbeanstalk swap-environment-cnames --source-environment-name ${source} --destination-environment-name ${destination}`,
  // By id: after a way back, a terminated environment has the name of the new one.
  `aws elasticbeanstalk wait environment-updated --environment-ids e-${source} e-${destination}`,
];
const oldGroup =
  "\"$(aws elasticbeanstalk describe-environment-resources --environment-name beo-prod-worker --query 'EnvironmentResources.AutoScalingGroups[0].Name' --output text)\"";
const endWorkers = [
  region,
  `aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${oldGroup} --min-size 0 --max-size 0 --desired-capacity 0`,
  `until [ "$(aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names ${oldGroup} --query 'length(AutoScalingGroups[0].Instances)' --output text)" = 0 ]; do sleep 15; done`,
];
const setAll = "npx pulumi config set-all --stack prod --path";

describe("the steps to another platform", () => {
  it("begin with the configuration of both pairs, in one command", () => {
    expect(forth(facts({ branch: "Python 3.13", generation: 1 }, [old]))).to.deep.include({
      done: 0,
      commands: [
        `${setAll} --plaintext platform.generation=2 --plaintext platform.branch=Docker --plaintext 'platform.previousBranch=Python 3.13' --plaintext platform.servingGeneration=1`,
      ],
    });
    // The branch was set by hand, which the program refuses.
    expect(forth(facts({ generation: 1 }, [old])).done).to.equal(0);
    // A branch of the environments, whatever the configuration says.
    const running = forth(facts({ branch: "Python 3.13", generation: 1 }, [pair(1, "Python 3.12")]));
    expect(running.commands?.[0]).to.include("'platform.previousBranch=Python 3.12'");
  });

  it("carry the running version over where the new platform can run it", () => {
    const start = (from: Pair, branch: string) =>
      forth(facts({ branch: "Python 3.13", generation: 1 }, [from]), branch).commands?.[0];
    expect(start(old, "Python 3.14")).to.match(/--plaintext platform\.initialVersion=app-1$/);
    expect(start(old, "Docker")).not.to.include("initialVersion");
    expect(start(pair(1, "Docker"), "Docker")).to.include("platform.initialVersion=app-1");
    expect(start(pair(1, "Python 3.13", placeholder), "Python 3.14")).not.to.include("initialVersion");
  });

  it("replace the lists of instance types, and keep those of the old environments", () => {
    const settings = { branch: "Docker", generation: 1, web: { instanceTypes: ["t3.small", "t3a.small"] } };
    const types = { instanceTypes: ["t3.small", "t3a.small"] };
    const { commands } = forth(facts(settings, [pair(1, "Docker", types)]), "Docker", {
      web: "t4g.small",
      worker: "t4g.large",
    });
    expect(commands?.[0]).to.equal("npx pulumi config rm-all --stack prod --path web.instanceTypes");
    expect(commands?.[1]).to.match(
      /'web\.instanceTypes\[0\]=t4g\.small' --plaintext 'web\.previousInstanceTypes\[0\]=t3\.small' --plaintext 'web\.previousInstanceTypes\[1\]=t3a\.small' --plaintext 'worker\.instanceTypes\[0\]=t4g\.large'/,
    );
  });

  it("create the new environments, and wait until both exist", () => {
    for (const pairs of [[old], [old, { number: 2, web: next.web }]] as Pair[][]) {
      expect(forth(facts(beside, pairs))).to.deep.include({ done: 1, commands: [up] });
    }
  });

  it("deploy the application where they have the placeholder, the web environment first", () => {
    const { done, commands, comments } = forth(facts(beside, [old, pair(2, "Docker", placeholder)]));
    expect({ done, commands }).to.deep.equal({
      done: 2,
      commands: [
        "npx beo overlay APPLICATION --stack prod --force",
        "(cd APPLICATION && eb deploy beo-prod-2 --timeout 63)",
        "(cd APPLICATION && eb deploy beo-prod-worker-2 --timeout 63)",
      ],
    });
    expect(comments).to.include("migrations on the database in use");
  });

  it("wait for health, and show the events of what is not healthy", () => {
    for (const ill of [{ health: "Red" }, { health: "Grey" }, { status: "Updating" }]) {
      const { done, commands } = forth(facts(beside, [old, pair(2, "Docker", { ...ill, cname: other })]));
      expect(done).to.equal(2);
      expect(commands).to.deep.equal([
        region,
        "aws elasticbeanstalk describe-events --environment-name beo-prod-2 --max-items 20 --output table",
        "aws elasticbeanstalk describe-events --environment-name beo-prod-worker-2 --max-items 20 --output table",
      ]);
    }
  });

  it("move the address, and show how to try the new environment before", () => {
    const ready = facts(beside, [old, next]);
    const { done, commands, comments } = forth(ready);
    expect({ done, commands }).to.deep.equal({
      done: 3,
      commands: [
        region,
        ...swap("beo-prod", "beo-prod-2"),
        "npx pulumi config rm-all --stack prod --path platform.servingGeneration",
        up,
      ],
    });
    expect(comments).to.include(`-H 'Host: ${address}' http://${other}/`);
    expect(comments).to.include("npx beo platform prod --back");
    const behindCloudFront = { ...ready, settings: { ...ready.settings, cloudFront: true } };
    expect(forth(behindCloudFront).comments).to.include(
      "only CloudFront can send it requests: aws elasticbeanstalk describe-environment-health --environment-name beo-prod-2 --attribute-names HealthStatus Causes",
    );
    expect(forth(behindCloudFront).comments).not.to.include("curl");
    const withDomain = { ...ready, settings: { ...ready.settings, domain: "api.example.com" } };
    expect(forth(withDomain).comments).to.include(
      `--connect-to api.example.com:443:${other}:443 https://api.example.com/`,
    );
  });

  it("go on after the swap, and after the configuration followed it", () => {
    expect(forth(facts(beside, [oldAfter, nextAfter]))).to.deep.include({
      done: 3,
      commands: ["npx pulumi config rm-all --stack prod --path platform.servingGeneration", up],
    });
    const { previousBranch } = beside;
    expect(forth(facts({ previousBranch }, [oldAfter, nextAfter]))).to.deep.include({
      done: 3,
      commands: [up],
    });
  });

  it("set the serving generation again after an operator swapped back by hand", () => {
    const { previousBranch } = beside;
    const { done, commands } = forth(facts({ previousBranch }, [old, next], "beo-prod-2"));
    // All but the configuration, the outputs and the address are as they should be.
    expect(done).to.equal(1);
    expect(commands?.[0]).to.include("platform.servingGeneration=1");
  });

  it("dismiss the old environments last, with all that the move needed", () => {
    const settings = {
      previousBranch: "Python 3.13",
      initialVersion: "app-1",
      web: { instanceTypes: ["t4g.small"], previousInstanceTypes: ["t3.small"] },
    };
    const moved = facts(settings, [oldAfter, nextAfter], "beo-prod-2");
    const { done, commands } = forth(moved);
    expect({ done, commands }).to.deep.equal({
      done: 4,
      commands: [
        ...endWorkers,
        "npx pulumi config rm-all --stack prod --path platform.previousBranch platform.initialVersion web.previousInstanceTypes",
        up,
      ],
    });
    // Interrupted between the two commands.
    expect(forth(facts({}, [oldAfter, nextAfter], "beo-prod-2"))).to.deep.include({
      done: 4,
      commands: [...endWorkers, up],
    });
    const withoutWorker = facts({}, [{ number: 1, web: oldAfter.web }, nextAfter] as Pair[], "beo-prod-2");
    expect(forth(withoutWorker)).to.deep.include({ done: 4, commands: [up] });
    expect(getMove(facts({}, [nextAfter], "beo-prod-2"))).to.deep.include({
      isUnderWay: false,
      from: 2,
      to: 3,
    });
  });

  it("restore the configuration while the old environments have the address", () => {
    // What people do who believe that they are done.
    expect(forth(facts({}, [old, next]))).to.deep.include({ done: 2 });
    expect(forth(facts({}, [old, next])).commands?.[0]).to.include("platform.servingGeneration=1");
  });
});

describe("the steps back from another platform", () => {
  const restore = [
    "npx pulumi config rm-all --stack prod --path platform.previousBranch platform.servingGeneration",
    `${setAll} --plaintext platform.generation=1 --plaintext 'platform.branch=Python 3.13'`,
  ];

  it("restore the configuration if nothing is created", () => {
    expect(back(facts(beside, [old]))).to.deep.include({ done: 1, commands: restore });
  });

  it("delete the new environments before the address has moved", () => {
    expect(back(facts(beside, [old, next]))).to.deep.include({ done: 1, commands: [...restore, up] });
    const restored = facts({ branch: "Python 3.13", generation: 1 }, [old, next]);
    expect(back(restored)).to.deep.include({ done: 1, commands: [up] });
    expect(isGoingBack(getMove(restored))).to.equal(true);
    expect(isGoingBack(getMove(facts(beside, [old, next])))).to.equal(false);
  });

  it("restore the instance types", () => {
    const types = { instanceTypes: ["t4g.small"], previousInstanceTypes: ["t3.small", "t3a.small"] };
    const { commands } = back(facts({ ...beside, web: types }, [old, next]));
    expect(commands?.[0]).to.match(/ web\.previousInstanceTypes web\.instanceTypes$/);
    expect(commands?.[1]).to.match(
      / --plaintext 'web\.instanceTypes\[0\]=t3\.small' --plaintext 'web\.instanceTypes\[1\]=t3a\.small'$/,
    );
  });

  it("move the address back first, also where that was interrupted", () => {
    const serve = `${setAll} --plaintext platform.servingGeneration=1`;
    const { previousBranch } = beside;
    const moved = facts({ previousBranch }, [oldAfter, nextAfter], "beo-prod-2");
    expect(back(moved)).to.deep.include({
      done: 0,
      commands: [region, ...swap("beo-prod-2", "beo-prod"), serve, up],
    });
    expect(back({ ...moved, pairs: [old, next] })).to.deep.include({ done: 0, commands: [serve, up] });
    expect(back(facts(beside, [old, next], "beo-prod-2"))).to.deep.include({ done: 0, commands: [up] });
    expect(back(facts(beside, [old, next])).done).to.equal(1);
  });

  it("warn if the old environments are not healthy", () => {
    const ill = pair(1, "Python 3.13", { cname: other, health: "Red" });
    const { comments } = back(facts({ previousBranch: "Python 3.13" }, [ill, nextAfter], "beo-prod-2"));
    expect(comments).to.include("beo-prod is Ready and Red.");
  });
});
