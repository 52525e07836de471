const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");

const tags = { Project: "foreign", Environment: "live", ManagedBy: "Pulumi" };
/** Whether the program has only what a preview cannot decide. */
const late = new pulumi.Config().getBoolean("late") ?? false;

// The name of the topic is in the document, which a preview does not know before AWS has it.
const topic = new aws.sns.Topic("topic", { tags });
new aws.iam.Policy("late", {
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "sns:Publish", Resource: topic.arn },
      { Effect: "Allow", Action: "ssm:Get*", Resource: "*" },
    ],
  }),
});

if (!late) {
  new aws.iam.Policy("powers", {
    policy: aws.iam.getPolicyDocumentOutput({ statements: [{ actions: ["iam:Pass*"], resources: ["*"] }] })
      .json,
  });
  new aws.iam.Role("deployer", {
    tags,
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: {
            Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
          },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } },
        },
      ],
    },
  });
  new aws.ec2.SecurityGroup("halves", {
    tags,
    ingress: [{ protocol: "6", fromPort: 20, toPort: 25, cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] }],
  });
  new aws.sqs.Queue("inbox", {
    tags,
    sqsManagedSseEnabled: true,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { AWS: ["*"] }, Action: "sqs:SendMessage", Resource: "*" },
    }),
  });
}
