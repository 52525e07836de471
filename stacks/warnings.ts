import { Merged, senderOf } from "./merge";

/** The sender that the application's settings have built in. */
const builtInSender = "support@navigader.com";

/** What is legal and may still surprise. */
export function warningsOf(settings: Merged, stack: string): string[] {
  const { appUrl, applicationName, domain, database, environment, worker, smtpUser, platform, web } =
    settings;
  const sender = senderOf(settings);
  const warn = (holds: boolean, text: string) => (holds ? [text] : []);
  return [
    ...warn(
      stack !== environment && applicationName === `beo-datastore-${environment}`,
      `The stack is called ${stack}, and its parts ${applicationName}, as those of the stack ${environment}: set name where both are in one account.`,
    ),
    ...warn(
      domain !== undefined && domain === hostOf(appUrl),
      `The front end (appUrl) is at ${domain ?? ""} too: this program takes the name for the application.`,
    ),
    ...warn(
      domain === undefined,
      "The application is served over plain HTTP: browsers do not send its secure cookies back over it, so nobody can log in. Set domain with hostedZone or certificateArn.",
    ),
    ...warn(
      Boolean(web.singleInstance) && domain === undefined,
      "The web environment is one instance without a load balancer: each deployment interrupts it.",
    ),
    ...warn(
      database.storageEncrypted === false,
      "database.storageEncrypted is false: the database, its backups and snapshots are readable for whoever gets at the disks (docs/adopting.md tells how to encrypt it).",
    ),
    ...warn(
      (database.additionalSecurityGroupIds ?? []).length > 0,
      `database.additionalSecurityGroupIds is set: ${(database.additionalSecurityGroupIds ?? []).join(", ")} may open the database to others. Remove it when both environments run on their new groups.`,
    ),
    ...warn(
      (worker.maxSize ?? 1) > 1,
      `worker.maxSize is ${worker.maxSize ?? 1}: Celery beat runs on every worker, so while more than one runs, periodic tasks are started more than once (docs/application.md).`,
    ),
    ...warn(
      smtpUser === undefined,
      "Mail goes by SES, which begins in a sandbox: it sends to verified addresses only until AWS grants production access.",
    ),
    ...warn(
      smtpUser === undefined && sender !== builtInSender,
      `Mail may come from ${sender} only, and the application's settings send from ${builtInSender}: SES refuses it until they take SUPPORT_EMAIL (docs/application.md).`,
    ),
    ...warn(
      Boolean(platform.plainSecrets),
      "platform.plainSecrets is true: whoever may see the environments in Elastic Beanstalk reads all secrets.",
    ),
    ...warn(
      Boolean(platform.update),
      "platform.update is true: each update moves the environments to the newest platform version. Remove it afterwards.",
    ),
  ];
}

function hostOf(url: string): string {
  return new URL(url).hostname;
}
