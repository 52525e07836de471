import type { CompleteSettings } from "./tiers";

/** The sender in the application's settings. */
const applicationSender = "support@navigader.com";

/** Warns of allowed settings with consequences that an operator may not expect. */
export function getWarnings(settings: CompleteSettings, stack: string): string[] {
  const { appUrl, applicationName, domain, database, environment, mail, platform, web, worker } = settings;
  const groups = database.additionalSecurityGroupIds ?? [];
  const usesSes = settings.smtpUser === undefined;
  const isHttp = domain === undefined;
  /** Every warning, and whether it applies. */
  const warnings: Record<string, boolean | undefined> = {
    [`The application name of stack ${stack} is ${applicationName}, like that of stack ${environment}. Set name if both are in one account.`]:
      stack !== environment && applicationName === `beo-datastore-${environment}`,
    [`The front end (appUrl) has the host name ${domain ?? ""} too, which points to the application.`]:
      domain === new URL(appUrl).hostname,
    "The application is served over plain HTTP. Browsers do not send its secure cookies over HTTP, so users cannot log in. Set domain with hostedZone or certificateArn.":
      isHttp,
    "The web environment is a single instance without a load balancer. Every deployment interrupts it.":
      isHttp && web.singleInstance,
    "database.storageEncrypted is false. The database, its backups and its snapshots are not encrypted at rest. See docs/adopting.md to encrypt them.":
      !database.storageEncrypted,
    [`database.additionalSecurityGroupIds is set. ${groups.join(", ")} may give others access to the database. Remove it once both environments use their new security groups.`]:
      groups.length > 0,
    [`worker.maxSize is ${worker.maxSize}. Celery beat runs on every worker instance, so while there are several, periodic tasks are started several times. See docs/application.md.`]:
      worker.maxSize > 1,
    "Mail is sent through SES, whose sandbox delivers to verified addresses only until AWS grants production access.":
      usesSes,
    [`Mail can be sent from ${mail.fromAddress} only, but the application's settings send from ${applicationSender}. SES rejects it until they use SUPPORT_EMAIL. See docs/application.md.`]:
      usesSes && mail.fromAddress !== applicationSender,
    "platform.plainSecrets is true. Everyone who can view the environments in Elastic Beanstalk can read all secrets.":
      platform.plainSecrets,
    "platform.update is true. Every update moves the environments to the newest platform version. Remove it afterwards.":
      platform.update,
  };
  return Object.keys(warnings).filter((text) => warnings[text]);
}
