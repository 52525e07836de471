import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateKeyPairCommand } from "@aws-sdk/client-ec2";
import { DescribeConfigurationSettingsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { parse, stringify } from "yaml";
import { balanced, common, merge, scaling, web, worker } from "../components/documented-values";
import { clientsOf } from "./support/clients";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";
const project = "beo-datastore";
type Options = Record<string, Record<string, string>>;

/** Takes the allowed value of each option, some under another namespace. */
function toOptions(values: ReturnType<typeof merge>, renamed: Record<string, string> = {}): Options {
  return Object.fromEntries(
    Object.entries(values).map(([namespace, options]) => [
      renamed[namespace] ?? namespace,
      Object.fromEntries(Object.entries(options).map(([option, [allowed]]) => [option, allowed])),
    ]),
  );
}

/** A stack without a certificate, whose listener is that on port 80. */
const webOptions = toOptions(merge(common, scaling, web, balanced), {
  "aws:elbv2:listener:443": "aws:elbv2:listener:default",
});
const workerOptions = toOptions(merge(common, scaling, worker));

/** A deployed stack with every documented option that it may have, of both environments. */
describe("the options of a deployed stack", function () {
  this.timeout(30 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  const config = (verb: "set" | "rm", ...args: string[]) =>
    workspace.succeed("config", verb, "--path", ...args, "--stack", "dev");
  const up = () =>
    workspace.succeed("up", "--yes", "--skip-preview", "--policy-pack", "policies", "--stack", "dev");
  const getOptions = async (EnvironmentName: string) => {
    const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({ ApplicationName: name, EnvironmentName }),
    );
    return (configuration?.OptionSettings ?? []).map(
      ({ Namespace = "", OptionName = "", Value = "" }) => `${Namespace} ${OptionName}=${Value}`,
    );
  };
  const flatten = (options: Options) =>
    Object.entries(options).flatMap(([namespace, values]) =>
      Object.entries(values).map(([option, value]) => `${namespace} ${option}=${value}`),
    );

  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    await aws.ec2.send(new CreateKeyPairCommand({ KeyName: "operators 2026" }));
    await workspace.init("dev");
    // As people write it in the stack's file.
    const file = join(workspace.folder, "Pulumi.dev.yaml");
    const document = parse(readFileSync(file, "utf8")) as { config: Record<string, object> };
    document.config[`${project}:web`] = {
      ...document.config[`${project}:web`],
      ...{ singleInstance: false, maxSize: 4, options: webOptions },
    };
    document.config[`${project}:worker`] = {
      ...document.config[`${project}:worker`],
      ...{ maxSize: 4, options: workerOptions },
    };
    writeFileSync(file, stringify(document));
    await up();
  });
  after(() => {
    workspace.remove();
  });

  it("are all in AWS", async () => {
    expect(await getOptions(name)).to.include.members(flatten(webOptions));
    expect(await getOptions(`${name}-worker`)).to.include.members(flatten(workerOptions));
  });

  it("are no difference in the next preview, with and without a refresh, and no drift", async () => {
    expect(await workspace.previewChanges("dev")).to.deep.equal([]);
    await workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "dev");
    const { code, output } = workspace.beo("drift", "dev");
    expect(output).not.to.match(/is not in the program/);
    expect(code).to.equal(0);
  });

  it("change and are removed by the CLI, in one environment alone", async () => {
    await config(
      "set",
      'web.options["aws:elasticbeanstalk:environment:process:admin"].HealthyThresholdCount',
      "5",
    );
    await config("rm", 'web.options["aws:elasticbeanstalk:hostmanager"]');
    expect(await workspace.previewChanges("dev")).to.deep.equal(["update beo-eb-web"]);
    await up();
    const options = await getOptions(name);
    expect(options).to.include.members([
      "aws:elasticbeanstalk:environment:process:admin HealthyThresholdCount=5",
      "aws:elasticbeanstalk:hostmanager LogPublicationControl=false",
    ]);
    expect(await workspace.previewChanges("dev")).to.deep.equal([]);
  });

  it("are refused before anything is changed, with the command that fixes them", async () => {
    const path = 'web.options["aws:elasticbeanstalk:environment:process:admin"].HealthyThresholdCount';
    await config("set", path, "1");
    const output = await workspace.fail("preview", "--stack", "dev");
    // The CLI keeps text at a path.
    expect(output).to.include(`${path} is "1". Expected an integer from 2 to 10.`);
    expect(output).to.include(`npx pulumi config set --path '${path}' --stack dev <integer from 2 to 10>`);
    await config("set", path, "5");
    expect(await workspace.previewChanges("dev")).to.deep.equal([]);
  });
});
