import type { Facts, Section, Step } from "./facts";

/** What AWS is still doing. Commands would fail meanwhile. */
export function inspectActivity({ environments, databases }: Facts): Section {
  const busy = environments.filter(({ status }) => status !== "Ready");
  const waiting = databases.flatMap(({ identifier, status = "available" }) => {
    const isDeleting = status === "deleting";
    return ["available", "storage-optimization", "backing-up"].includes(status) || isStuck(status)
      ? []
      : [
          {
            does: `Waits until the database ${identifier} is ${isDeleting ? "deleted" : "available"}.`,
            command: `aws rds wait db-instance-${isDeleting ? "deleted" : "available"} --db-instance-identifier ${identifier}`,
            effect: "reads" as const,
          },
        ];
  });
  const stuck = databases.filter(({ status = "" }) => isStuck(status));
  return {
    findings: [
      ...busy.map(({ name, status }) => `The environment ${name} is ${status}.`),
      ...databases.flatMap(({ identifier, status }) =>
        status === undefined || status === "available" ? [] : [`The database ${identifier} is ${status}.`],
      ),
      ...stuck.map(
        ({ identifier }) =>
          `Repair the database ${identifier} in the RDS console until it is available: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Troubleshooting.html`,
      ),
    ],
    steps: [
      ...busy.map(({ id, name, status }): Step => {
        const event =
          status === "Terminating"
            ? "environment-terminated"
            : status === "Launching"
              ? "environment-exists"
              : "environment-updated";
        return {
          does: `Waits until the environment ${name} is ${status === "Terminating" ? "terminated" : "Ready"}.`,
          command: `aws elasticbeanstalk wait ${event} --environment-ids ${id}`,
          effect: "reads",
        };
      }),
      ...waiting,
    ],
    isFinal: stuck.length > 0,
  };
}

function isStuck(status: string): boolean {
  return /^(incompatible-|failed|restore-error|storage-full|inaccessible)/.test(status);
}

/** Elastic Beanstalk keeps settings that it could not deploy, and the provider cannot read the others then. */
export function inspectDrafts({ environments }: Facts): Section {
  const drafts = environments.filter(({ hasDraft, status }) => hasDraft && status === "Ready");
  return {
    findings: drafts.map(
      ({ name }) =>
        `Elastic Beanstalk could not apply the last settings of ${name}, and keeps them as a draft. eb events ${name} says why: solve that before the next update.`,
    ),
    steps: drafts.map(({ application, name }) => ({
      does: "Deletes the draft. The environment keeps the settings that it runs with.",
      command: `aws elasticbeanstalk delete-environment-configuration --application-name ${application} --environment-name ${name}`,
      effect: "deletes",
    })),
  };
}
