import { expect } from "chai";
import { before, describe, it } from "mocha";
import { BeoDatastore, SecretParameters } from "../../components";
import { run, type Run } from "../support/run";

/**
 * The input that is a resource's name in AWS, by type. A second resource of the same name is refused, or takes the place of
 * the first.
 */
const nameInputs: Record<string, string> = {
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
  "aws:cloudwatch/eventRule:EventRule": "name",
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
  "aws:cloudwatch/queryDefinition:QueryDefinition": "name",
  "aws:autoscaling/lifecycleHook:LifecycleHook": "name",
  "aws:autoscaling/policy:Policy": "name",
  "aws:ec2/securityGroup:SecurityGroup": "name",
  "aws:elasticbeanstalk/application:Application": "name",
  "aws:elasticbeanstalk/environment:Environment": "name",
  "aws:iam/instanceProfile:InstanceProfile": "name",
  "aws:iam/role:Role": "name",
  "aws:iam/rolePolicy:RolePolicy": "name",
  "aws:iam/user:User": "name",
  "aws:iam/userPolicy:UserPolicy": "name",
  "aws:rds/eventSubscription:EventSubscription": "name",
  "aws:rds/instance:Instance": "identifier",
  "aws:rds/parameterGroup:ParameterGroup": "name",
  "aws:rds/subnetGroup:SubnetGroup": "name",
  "aws:route53/record:Record": "name",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:sesv2/configurationSet:ConfigurationSet": "configurationSetName",
  "aws:sesv2/emailIdentity:EmailIdentity": "emailIdentity",
  "aws:sns/topic:Topic": "name",
  "aws:sns/topicSubscription:TopicSubscription": "endpoint",
  "aws:sqs/queue:Queue": "name",
  "aws:ssm/document:Document": "name",
  "aws:ssm/parameter:Parameter": "name",
};

/** Types whose resources have no name of their own: they belong to another one, and are deleted with it, or take any number. */
const nameless =
  /^(random:|aws:(acm\/(certificate:|certificateValidation)|cloudwatch\/eventTarget|elasticbeanstalk\/applicationVersion|iam\/(accessKey|rolePolicyAttachment)|lb\/listener|route53\/healthCheck|s3\/bucket(?!:)|sesv2\/emailIdentityMailFrom|sqs\/(queuePolicy|redriveAllow)|vpc\/))/;

describe("resources with a fixed name", () => {
  let made: Run;
  before(async () => {
    made = await run(
      () => [
        new BeoDatastore("b", {
          applicationName: "beo-prod",
          environment: "prod",
          appUrl: "https://beo.example.com",
          supportEmail: "support@example.com",
          domain: "api.example.com",
          hostedZone: "example.com",
          alarmEmail: "operations@example.com",
          monitoring: { healthCheck: true },
          mail: { domain: "example.com" },
          database: { monitoringInterval: 60 },
        }),
        new SecretParameters("s", { path: "/own/", values: { TOKEN: "t" } }),
      ],
      { preview: true },
    );
  });

  it("are listed by type", () => {
    const types = made.resources.filter(({ custom }) => custom).map(({ type }) => type);
    expect(
      [...new Set(types)].filter((type) => nameInputs[type] === undefined && !nameless.test(type)),
    ).to.deep.equal([]);
  });

  it("are deleted before they are replaced: otherwise a failed change cannot be taken back", () => {
    const fixed = made.resources.filter(({ type, inputs }) => {
      const value = inputs[nameInputs[type] ?? ""];
      return value !== undefined;
    });
    expect(fixed.length).to.be.greaterThan(30);
    expect(
      fixed.filter(({ deleteBeforeReplace }) => !deleteBeforeReplace).map(({ name }) => name),
    ).to.deep.equal([]);
  });

  it("are so with their parts, whose late deletion would change the resource that has the name again", () => {
    const parts = made.resources.filter(
      ({ type, name }) =>
        /^aws:(s3\/bucket(?!:|Object)|sqs\/(queuePolicy|redriveAllow)|sesv2\/emailIdentityMailFrom)/.test(
          type,
        ) && !name.includes("-bundles-"),
    );
    expect(parts.length).to.be.greaterThan(12);
    expect(
      parts.filter(({ deleteBeforeReplace }) => !deleteBeforeReplace).map(({ name }) => name),
    ).to.deep.equal([]);
  });

  it("are the only ones: a generated name lets the new resource come first", () => {
    const generated = made.resources.filter(
      ({ type, inputs }) => type in nameInputs && inputs[nameInputs[type] ?? ""] === undefined,
    );
    expect(
      generated.filter(({ deleteBeforeReplace }) => deleteBeforeReplace).map(({ name }) => name),
    ).to.deep.equal([]);
  });
});
