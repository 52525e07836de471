import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore } from "../../components";
import { record } from "../../plan/record";
import type { PropertyValue } from "../../plan/values";
import { checkConfiguration, loadSettings } from "../../stacks";
import type { Deployment } from "../../stacks/deployment";
import { commandLine } from "../../stacks/commands";
import type { RawConfiguration } from "../../stacks/configuration";
import {
  checkRemovedActions,
  describeSuspendedActions,
  getSuspendedActions,
} from "../../stacks/removed-actions";
import { answers, exampleOutputs } from "../support/examples";
import { dev } from "./configurations";

describe("scheduled actions that the configuration has no more", () => {
  const namespace = "aws:autoscaling:scheduledaction";
  const night = {
    Recurrence: "0 3 * * *",
    MinSize: "0",
    MaxSize: "0",
    DesiredCapacity: "0",
    Suspend: "false",
  };
  const toOptions = (actions: Record<string, Record<string, string>>) =>
    Object.entries(actions).flatMap(([resource, options]) =>
      Object.entries(options).map(([name, value]) => ({ namespace, resource, name, value })),
    );
  /** What the state has of an environment with scheduled actions. */
  const deployed = (actions: Record<string, Record<string, string>>, group = "worker"): Deployment => ({
    resources: [
      {
        name: `beo-eb-${group}`,
        outputs: {
          name: `beo-datastore-dev-${group}`,
          settings: [
            { namespace: "aws:autoscaling:asg", resource: "", name: "MinSize", value: "1" },
            ...toOptions(actions),
          ],
        },
      },
    ],
  });
  const read = (raw: RawConfiguration) => {
    const { complete, ignored, problems } = checkConfiguration(raw);
    expect(problems).to.deep.equal([]);
    return { complete, ignored };
  };
  const suspend = (raw: RawConfiguration, deployment: Deployment, group: "web" | "worker" = "worker") =>
    getSuspendedActions(read(raw).complete, deployment, group);
  const warn = (raw: RawConfiguration, deployment: Deployment) =>
    describeSuspendedActions(read(raw).complete, deployment, "us-west-1", "dev");
  const refuse = (raw: RawConfiguration, deployment: Deployment) => {
    const { complete, ignored } = read(raw);
    return checkRemovedActions(complete, deployment, ignored, "us-west-1", "dev").map(
      ({ key, message, commands }) => [`${key} ${message}`, commandLine(commands, "dev")],
    );
  };
  const awake = { platform: { updateWindow: "Mon:17:00" } };

  it("stay, suspended, after sleep was removed", () => {
    const wake = { Recurrence: "0 14 * * 1-5", MinSize: "1", MaxSize: "2", DesiredCapacity: "1" };
    const deployment = deployed({ Sleep: night, Wake: wake });
    expect(suspend(dev({}), deployment)).to.deep.equal([
      { name: "Sleep", recurrence: "0 3 * * *", minSize: 0, maxSize: 0, desiredCapacity: 0, suspended: true },
      {
        name: "Wake",
        recurrence: "0 14 * * 1-5",
        minSize: 1,
        maxSize: 2,
        desiredCapacity: 1,
        suspended: true,
      },
    ]);
    expect(suspend(dev({}), deployment, "web")).to.deep.equal([]);
    expect(suspend(dev({ sleep: { from: "19:00" }, ...awake }), deployment)).to.deep.equal([]);
  });

  it("are named with the commands that remove them from AWS and the state", () => {
    expect(warn(dev({}), deployed({ Night: { MinSize: "0", Suspend: "true" } }))).to.deep.equal([
      [
        "worker.schedule: Elastic Beanstalk has scheduled actions of beo-datastore-dev-worker that are no longer configured: Night. Pulumi cannot remove them, and suspends them: they do not run. To remove them, before the update or after it:",
        `    aws elasticbeanstalk update-environment --environment-name beo-datastore-dev-worker --options-to-remove 'ResourceName=Night,Namespace=${namespace},OptionName=MinSize' 'ResourceName=Night,Namespace=${namespace},OptionName=Suspend' --region us-west-1`,
        "    aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names beo-datastore-dev-worker --region us-west-1",
        "    npx pulumi refresh -s dev",
      ].join("\n"),
    ]);
    expect(warn(dev({}), { resources: [] })).to.deep.equal([]);
  });

  it("are not those that have the same name in the configuration", () => {
    const schedule = [{ name: "Night", recurrence: "0 4 * * *", minSize: 1, maxSize: 1, desiredCapacity: 1 }];
    const raw = dev({ worker: { schedule } });
    const deployment = deployed({ Night: night, Day: { ...night, Recurrence: "0 9 * * *" } });
    expect(suspend(raw, deployment).map(({ name }) => name)).to.deep.equal(["Day"]);
    expect(refuse(raw, deployment)).to.deep.equal([]);
  });

  it("are refused for a single instance, which cannot have them", () => {
    const deployment = deployed({ Sleep: { MinSize: "0" } }, "web");
    const message = `web.singleInstance is true, but beo-datastore-dev-web has the scheduled actions Sleep, which would go on to set its size. Remove them, or keep the load balancer with the last command:`;
    for (const raw of [dev({}), dev({ sleep: { from: "19:00" }, ...awake })]) {
      const [[text, command] = [], ...others] = refuse(raw, deployment);
      expect(text?.split("\n").map((line) => line.trim())).to.deep.equal([
        message,
        `aws elasticbeanstalk update-environment --environment-name beo-datastore-dev-web --options-to-remove 'ResourceName=Sleep,Namespace=${namespace},OptionName=MinSize' --region us-west-1`,
        "aws elasticbeanstalk wait environment-updated --no-include-deleted --environment-names beo-datastore-dev-web --region us-west-1",
        "npx pulumi refresh -s dev",
      ]);
      expect(command).to.equal("npx pulumi config set --path web.singleInstance false --stack dev");
      expect(others).to.deep.equal([]);
    }
    expect(refuse(dev({ web: { singleInstance: false } }), deployment)).to.deep.equal([]);
  });

  it("are refused with a member less, which Elastic Beanstalk would keep", () => {
    const schedule = [{ name: "Night", startTime: "2027-01-31T08:00:00Z", minSize: 0, maxSize: 0 }];
    const rename = "npx pulumi config set --path 'worker.schedule[0].name' --stack dev <another name>";
    const toMessage = (member: string, value: string) =>
      `worker.schedule[0] has no ${member}, but Night is deployed with ${value}, which Elastic Beanstalk would keep. Give the action another name, or set ${member}.`;
    expect(refuse(dev({ worker: { schedule } }), deployed({ Night: night }))).to.deep.equal([
      [toMessage("recurrence", "0 3 * * *"), rename],
      [toMessage("desiredCapacity", "0"), rename],
    ]);
  });

  it("are in the environment's options, beside those that are configured", async () => {
    const deployment = deployed({ Night: night });
    const outputs = Object.fromEntries(
      deployment.resources.map(({ name, outputs: own }) => [
        `urn:pulumi:dev::beo-datastore::t::${name}`,
        { outputs: own },
      ]),
    );
    const load = async (more: Record<string, object>) => {
      let warnings: string[] = [];
      const config = {
        "aws:region": "us-west-1",
        "beo-datastore:appUrl": "https://app.beotest.net",
        "beo-datastore:supportEmail": "support@beotest.net",
        ...Object.fromEntries(
          Object.entries(more).map(([key, value]) => [`beo-datastore:${key}`, JSON.stringify(value)]),
        ),
      };
      const { resources, error } = await record(
        {
          project: "beo-datastore",
          stack: "dev",
          config,
          outputs: exampleOutputs,
          invoke: (token) =>
            token.endsWith(":readStackResourceOutputs")
              ? ({ outputs } as Record<string, PropertyValue>)
              : answers(token),
        },
        async () => {
          const loaded = await loadSettings();
          warnings = loaded.warnings.filter((text) => text.startsWith("worker.schedule: "));
          new BeoDatastore("beo", loaded.datastore);
        },
      );
      expect(error?.message ?? "").to.equal("");
      const worker = resources.find(({ name }) => name === "beo-eb-worker");
      const settings = worker?.inputs.settings as Record<string, string>[];
      const suspended = settings
        .filter(({ name }) => name === "Suspend")
        .map(({ resource = "", value = "" }): [string, string] => [resource, value]);
      return { warnings, suspended: Object.fromEntries(suspended), settings };
    };
    const { warnings, suspended, settings } = await load({});
    expect(suspended).to.deep.equal({ Night: "true" });
    expect(settings).to.deep.include({
      namespace,
      resource: "Night",
      name: "Recurrence",
      value: "0 3 * * *",
    });
    expect(warnings).to.have.length(1);
    const sleeping = await load({ sleep: { from: "19:00" }, ...awake });
    expect(sleeping.suspended).to.deep.equal({ Night: "true", Sleep: "false", Wake: "false" });
    const { recurrence, minSize, maxSize } = { recurrence: "0 3 * * *", minSize: 0, maxSize: 0 };
    const schedule = [{ name: "Night", recurrence, minSize, maxSize, desiredCapacity: 0 }];
    const configured = await load({ worker: { schedule } });
    expect(configured.suspended).to.deep.equal({ Night: "false" });
    expect(configured.warnings).to.deep.equal([]);
  });
});
