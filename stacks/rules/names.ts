import { setCommand } from "../commands";
import { type Rules, when } from "./rule";

/** What AWS takes as names, and where. */
export const names: Rules = {
  "the region is set": ({ region }) =>
    when(region === undefined, () => ({
      key: "aws:region",
      message: "is missing: the application has us-west-1 built in.",
      mend: "pulumi config set aws:region us-west-1",
    })),

  "the region is the application's": ({ region }) =>
    when(region !== undefined && region !== "us-west-1", () => ({
      key: "aws:region",
      message: `is ${region ?? ""}: the application looks for its queue in us-west-1.`,
      mend: "pulumi config set aws:region us-west-1",
    })),

  // Elastic Beanstalk takes environment names of 4 to 40 characters, and "-worker" has 7 (API reference, CreateEnvironment).
  "the application's name fits Elastic Beanstalk": ({ settings: { applicationName, environment } }) => {
    const longest = 33;
    return when(applicationName.length > longest, () => ({
      key: "name",
      message: `makes "${applicationName}", of ${applicationName.length} characters: legal are ${longest}, since Elastic Beanstalk's names end at 40 and the worker's adds "-worker".`,
      mend: setCommand("name", applicationName.slice(0, longest - environment.length - 1).replace(/-+$/, "")),
    }));
  },

  // S3 User Guide, "Namespaces for general purpose buckets": such a name ends in the account's id and the region.
  "the application's name fits the account's namespace": ({ settings, region }) => {
    const { applicationName, environment, storage } = settings;
    const longest = 63 - `-static-123456789012-${region ?? ""}-an`.length;
    return when(Boolean(storage?.accountNamespace) && applicationName.length > longest, () => ({
      key: "name",
      message: `makes "${applicationName}", of ${applicationName.length} characters: with storage.accountNamespace legal are ${longest}, since S3's names end at 63.`,
      mend: setCommand("name", applicationName.slice(0, longest - environment.length - 1).replace(/-+$/, "")),
    }));
  },

  // API reference, PutParameter: the secrets' parameters begin with the application's name.
  "the application's name fits Systems Manager": ({ settings: { applicationName } }) =>
    when(/^(aws|ssm)/.test(applicationName), () => ({
      key: "name",
      message: `makes "${applicationName}": AWS refuses names of parameters that begin with aws or ssm.`,
      mend: setCommand("name", "beo-datastore"),
    })),

  // S3 User Guide, "General purpose bucket naming rules".
  "the application's name fits S3": ({ settings: { applicationName } }) =>
    when(/^(xn--|sthree-|amzn-s3-demo-)/.test(applicationName), () => ({
      key: "name",
      message: `makes bucket names that begin like "${applicationName}": S3 reserves xn--, sthree- and amzn-s3-demo-.`,
      mend: setCommand("name", "beo-datastore"),
    })),
};
