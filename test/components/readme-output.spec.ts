import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { getEbConfig, getInstructions } from "../../components/readme-output";
import { run, valueOf } from "../support/run";

/** The value of an output of a program that runs as a stack. */
async function evaluate(program: () => pulumi.Output<string>, stack = "dev"): Promise<string> {
  let text: Promise<string> = Promise.resolve("");
  await run(
    () => {
      text = valueOf(program());
    },
    { stack },
  );
  return text;
}

describe("the configuration of the EB CLI", () => {
  const inputs = {
    applicationName: "beo-datastore-dev",
    webEnvironmentName: "beo-web-2",
    branch: "Python 3.13",
    region: "us-west-1",
  };

  it("names the environment for the branches main and master, and for a folder without Git", async () => {
    const environment = "beo-web-2";
    expect(parse(await evaluate(() => getEbConfig(inputs)))).to.deep.equal({
      "branch-defaults": { default: { environment }, main: { environment }, master: { environment } },
      global: {
        application_name: "beo-datastore-dev",
        default_platform: "Python 3.13 running on 64bit Amazon Linux 2023",
        default_region: "us-west-1",
        workspace_type: "Application",
      },
    });
  });

  it("repeats no value by reference, because eb use changes the value of one branch", async () => {
    expect(await evaluate(() => getEbConfig(inputs))).not.to.match(/[&*]/);
  });
});

describe("the instructions", () => {
  it("name the stack and the environment in every command", async () => {
    const mail = { fromAddress: "alice@example.org", region: "us-west-2" };
    const inputs = {
      applicationName: "alice-dev",
      webEnvironmentName: "alice-web",
      workerEnvironmentName: "alice-celery",
      deployment: {},
      url: "https://api.example.org",
      movesDomain: true,
      dnsRecords: [],
      mail,
      instructions: { pulumiCommand: "npx pulumi", beoCommand: "npx beo", documents: "docs" },
    };
    const text = await evaluate(() => getInstructions(inputs), "alice");
    const commands = text.match(/^ +(npx|eb) .*$/gm) ?? [];
    expect(commands.map((line) => line.trim())).to.deep.equal([
      "npx pulumi stack output ebConfig -s alice > APPLICATION/.elasticbeanstalk/config.yml",
      "npx beo overlay APPLICATION --stack alice",
      "npx beo overlay APPLICATION --stack alice --force",
      // Three batches of 11 minutes to stop, and 10 to build and start.
      "eb deploy alice-web --timeout 63",
      "eb deploy alice-celery --timeout 63",
      "npx pulumi config rm --path web.dnsRecord --stack alice",
      "npx pulumi up --stack alice",
    ]);
    expect(text).to.include("docs/application.md");
    const longer = await evaluate(
      () => getInstructions({ ...inputs, deployment: { taskTimeLimit: 7200 } }),
      "alice",
    );
    expect(longer).to.include("eb deploy alice-celery --timeout 393\n");
  });
});
