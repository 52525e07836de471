import { type ResourceRule } from "../rule";
import { types } from "../types";
import { listOf } from "../values";

/** Secret by what the application does with it, though the name does not say so. */
const names = ["ADMIN_URL", "SMTP_USER", "SECRET_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
const pattern = /(PASSWORD|SECRET|TOKEN|PRIVATE_KEY|API_KEY|CREDENTIALS)$/;

/** No secret is a plain property. */
export const rule: ResourceRule = {
  name: "app-secrets-are-references",
  description: "No secret is a plain property.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation:
    "Store it as an SSM SecureString parameter and name that in aws:elasticbeanstalk:application:environmentsecrets. Where the platform is too old for that, exempt the environment with this reason.",
  url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.env-vars.html",
  reads: [
    "!aws:elasticbeanstalk:application:environment/SECRET_KEY",
    "!aws:elasticbeanstalk:application:environment/SQL_PASSWORD",
    "!aws:elasticbeanstalk:application:environment/NEW_TOKEN",
  ],
  types: types.environment,
  check(resource, demand) {
    for (const setting of listOf(resource.props.settings)) {
      const name = String(setting.name);
      demand(
        () =>
          setting.namespace !== "aws:elasticbeanstalk:application:environment" ||
          !(names.includes(name) || pattern.test(name)),
        `${name} has to be a reference, in aws:elasticbeanstalk:application:environmentsecrets.`,
      );
    }
  },
};
