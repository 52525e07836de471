import { formatDeployWith } from "../../deploy-command";
import { getPlannedEnvironment, isHealthy, roles, runsPlaceholder } from "../roles";
import type { ExistingEnvironment, Survey } from "../survey";
import { formatRegion } from "./commands";
import type { Context, Step } from "./step";

export function getDeployStep({ survey, existing: { own, old } }: Context): Step {
  const names = Object.fromEntries(roles.map((role) => [role, getPlannedName(survey, role)]));
  const needs = (role: (typeof roles)[number]) => own[role] === undefined || runsPlaceholder(own[role]);
  const ill = roles.flatMap((role) => {
    const environment = own[role];
    return environment === undefined || needs(role) || isHealthy(environment) ? [] : [environment];
  });
  const oldWorkers = old.filter(({ role }) => role === "worker");
  return {
    title: "Deploy the application to the new environments",
    isDone: !needs("web") && !needs("worker") && (ill.length === 0 || old.length === 0),
    commands: [
      formatRegion(survey.region),
      ...(needs("web") || needs("worker")
        ? [
            "# In the application's checkout, with its changes for Amazon Linux 2023 (docs/application.md). The deployment runs the migrations on the database in use: deploy none that the old version cannot live with.",
          ]
        : []),
      ...(needs("web") ? [formatDeployWith(names.web ?? "", survey.configuration)] : []),
      ...(needs("worker")
        ? [...stopWorkers(oldWorkers), formatDeployWith(names.worker ?? "", survey.configuration)]
        : []),
      ...ill.flatMap(({ name, status, health }) => [
        `# ${name} is ${status} and ${health}; expected Ready and Green or Ok. Its last events:`,
        `aws elasticbeanstalk describe-events --environment-name ${name} --max-items 20 --output table`,
      ]),
    ],
  };
}

function getPlannedName(survey: Survey, role: (typeof roles)[number]): string {
  const name = getPlannedEnvironment(survey, role)?.inputs.name;
  return typeof name === "string" ? name : "";
}

/** Every worker instance runs Celery's scheduler: two environments would send each periodic task twice. */
function stopWorkers(workers: readonly ExistingEnvironment[]): string[] {
  return workers.flatMap((worker) => {
    const group = `"$(aws elasticbeanstalk describe-environment-resources --environment-name ${worker.name} --query 'EnvironmentResources.AutoScalingGroups[0].Name' --output text)"`;
    const resize = (min: string, max: string) =>
      `aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${group} --min-size ${min} --max-size ${max} --desired-capacity ${min}`;
    const size = (name: string) =>
      worker.options.find(
        ({ Namespace, OptionName }) => Namespace === "aws:autoscaling:asg" && OptionName === name,
      )?.Value ?? "1";
    return [
      `# Terminates the instances of ${worker.name}: two environments with Celery's scheduler would run every periodic task twice. Tasks wait in the queue, but one that is running (at most 10 minutes) is lost: choose a quiet moment.`,
      resize("0", "0"),
      `# Way back: ${resize(size("MinSize"), size("MaxSize"))}`,
    ];
  });
}
