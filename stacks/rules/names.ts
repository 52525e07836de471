import { setCommand } from "../commands";
import { type Rules, when } from "./rule";

/** What AWS takes as names, and where. */
export const names: Rules = {
  "the region is set": ({ region }) =>
    when(region === undefined, () => ({
      key: "aws:region",
      message: "is missing: the application has us-west-1 built in.",
      mend: [setCommand("aws:region", "us-west-1")],
    })),

  "the region is the application's": ({ region }) =>
    when(region !== undefined && region !== "us-west-1", () => ({
      key: "aws:region",
      message: `is ${region ?? ""}: the application looks for its queue in us-west-1.`,
      mend: [setCommand("aws:region", "us-west-1")],
    })),

  "the application's name fits": ({ settings: { applicationName, environment, storage }, region }) => {
    const { longest, why } = longestName(Boolean(storage?.accountNamespace), region ?? "");
    return when(applicationName.length > longest, () => ({
      key: "name",
      message: `makes "${applicationName}", of ${applicationName.length} characters: ${why}.`,
      mend: [
        setCommand("name", applicationName.slice(0, longest - environment.length - 1).replace(/-+$/, "")),
      ],
    }));
  },

  // API reference, PutParameter: the secrets' parameters begin with the application's name.
  "the application's name fits Systems Manager": ({ settings: { applicationName } }) =>
    when(/^(aws|ssm)/.test(applicationName), () => ({
      key: "name",
      message: `makes "${applicationName}": AWS refuses names of parameters that begin with aws or ssm.`,
      mend: [setCommand("name", "beo-datastore")],
    })),

  // S3 User Guide, "General purpose bucket naming rules".
  "the application's name fits S3": ({ settings: { applicationName } }) =>
    when(/^(xn--|sthree-|amzn-s3-demo-)/.test(applicationName), () => ({
      key: "name",
      message: `makes bucket names that begin like "${applicationName}": S3 reserves xn--, sthree- and amzn-s3-demo-.`,
      mend: [setCommand("name", "beo-datastore")],
    })),
};

/**
 * How long the application's name may be. Elastic Beanstalk takes environment names of 4 to 40 characters (API reference,
 * CreateEnvironment). A bucket in the account's namespace has the account's id and the region in its name (S3 User Guide,
 * "Namespaces for general purpose buckets").
 */
function longestName(inNamespace: boolean, region: string): { longest: number; why: string } {
  const ofBeanstalk = 40 - "-worker".length;
  const ofBucket = 63 - `-static-123456789012-${region}-an`.length;
  return inNamespace && ofBucket < ofBeanstalk
    ? {
        longest: ofBucket,
        why: `with storage.accountNamespace legal are ${ofBucket}, since S3's names end at 63`,
      }
    : {
        longest: ofBeanstalk,
        why: `legal are ${ofBeanstalk}, since Elastic Beanstalk's names end at 40 and the worker's adds "-worker"`,
      };
}
