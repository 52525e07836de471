import { isDocker } from "../../components/beanstalk/platform";
import { getDeployCommand } from "../../components/deploy-command";
import { shellWord } from "../../stacks/commands";
import { formatRegion } from "../adopt/steps/commands";
import type { Step } from "../adopt/steps/step";
import { type Environment, isHealthy, type Pair, runsPlaceholder } from "./environments";

/** What the configuration says of the environments. */
export interface Settings {
  branch: string;
  generation: number;
  previousBranch?: string;
  servingGeneration?: number;
  initialVersion?: string;
  web: InstanceTypes;
  worker: InstanceTypes;
  domain?: string;
  /** Whether only CloudFront reaches the web environment. */
  cloudFront?: boolean;
  taskTimeLimit?: number;
  uploadLimit?: number;
}

interface InstanceTypes {
  instanceTypes?: string[];
  previousInstanceTypes?: string[];
}

/** The platform that the stack moves to. */
export interface Target {
  branch: string;
  /** The instance type, if it is another one. */
  web?: string;
  worker?: string;
}

/** What the steps depend on. */
export interface Facts {
  stack: string;
  region: string;
  settings: Settings;
  /** The application's host name in Elastic Beanstalk. */
  address: string;
  /** The stack's environments in AWS. */
  pairs: Pair[];
  /** The web environment that outputs, alarms and the dashboard follow. */
  servingName: string;
}

/** A move from a generation to the next one. */
export interface Move {
  facts: Facts;
  from: number;
  to: number;
  /** The pairs in AWS, as far as they exist. */
  old: Pair | undefined;
  next: Pair | undefined;
  /** The generation that has the address. */
  holder: number | undefined;
}

const roles = ["web", "worker"] as const;
type Role = (typeof roles)[number];

/** Returns the move that is under way, or the one that can begin. */
export function getMove(facts: Facts): Move & { isUnderWay: boolean } {
  const { pairs, settings, address } = facts;
  const numbers = [...pairs.map(({ number }) => number), settings.generation];
  const newest = Math.max(...numbers);
  const isUnderWay = new Set(numbers).size > 1 || settings.previousBranch !== undefined;
  const to = isUnderWay ? newest : newest + 1;
  const find = (number: number) => pairs.find((pair) => pair.number === number);
  const holder = pairs.find(({ web }) => web?.cname.toLowerCase() === address.toLowerCase());
  return {
    facts,
    from: to - 1,
    to,
    old: find(to - 1),
    next: find(to),
    holder: holder?.number,
    isUnderWay,
  };
}

/** Whether the configuration has gone back to the old environments, and the new ones are still to be deleted. */
export function isGoingBack({ facts: { settings }, from, next, holder }: Move): boolean {
  return settings.generation === from && next !== undefined && holder === from;
}

/** Returns the steps to the new environments. */
export function getSteps(move: Move, target: Target): Step[] {
  return [
    getConfigureStep(move, target),
    getCreateStep(move),
    getDeployStep(move, target),
    getMoveStep(move),
    getDismissStep(move),
  ];
}

/** Returns the steps back to the old environments. */
export function getStepsBack(move: Move): Step[] {
  return [getMoveBackStep(move), getDeleteStep(move)];
}

function getConfigureStep({ facts, from, to, old, holder }: Move, target: Target): Step {
  const { settings, stack } = facts;
  const isBeside = settings.previousBranch !== undefined && settings.servingGeneration === from;
  const version = old?.web?.version ?? "";
  const keepsVersion =
    old?.web !== undefined &&
    !runsPlaceholder(old.web) &&
    isDocker({ branch: target.branch }) === isDocker({ branch: old.web.branch });
  const lists = roles.flatMap((role) => getTypeLists(role, target[role], old?.[role], settings));
  return {
    title: `Configure new environments, on ${target.branch}`,
    isDone: settings.generation === to && (holder === to || isBeside),
    commands: [
      `# Changes only Pulumi.${stack}.yaml. Way back, from here on: npx beo platform ${stack} --back`,
      ...removeAll(
        lists.filter(({ isSet }) => isSet).map(({ key }) => key),
        stack,
      ),
      setAll(
        {
          "platform.generation": to,
          "platform.branch": target.branch,
          "platform.previousBranch": old?.web?.branch ?? settings.branch,
          "platform.servingGeneration": from,
          ...(keepsVersion && { "platform.initialVersion": version }),
          ...Object.fromEntries(
            lists.flatMap(({ key, types }) => types.map((type, index) => [`${key}[${index}]`, type])),
          ),
        },
        stack,
      ),
    ],
  };
}

/** The lists of a role's instance types, if they change. */
function getTypeLists(
  role: Role,
  type: string | undefined,
  old: Environment | undefined,
  { [role]: lists }: Settings,
) {
  return type === undefined
    ? []
    : [
        { key: `${role}.instanceTypes`, types: [type], isSet: lists.instanceTypes !== undefined },
        {
          key: `${role}.previousInstanceTypes`,
          types: old?.instanceTypes ?? [],
          isSet: lists.previousInstanceTypes !== undefined,
        },
      ];
}

function getCreateStep({ facts, old, next, holder, to }: Move): Step {
  const { stack, servingName } = facts;
  const isCreated = next?.web !== undefined && next.worker !== undefined;
  return {
    title: "Create them beside the old ones",
    isDone: isCreated && (holder === to || servingName === old?.web?.name),
    commands: [
      "# About 15 minutes. Changes nothing of the environments that serve the application, and only creates resources.",
      "# Until the last step both pairs run, and cost: twice the instances and load balancers.",
      "# Both worker environments process tasks, and one of all workers runs Celery beat (docs/application.md, One scheduler).",
      formatUp(stack),
    ],
  };
}

function getDeployStep({ facts, old, next }: Move, target: Target): Step {
  const { region, settings, stack } = facts;
  const environments = roles.flatMap((role) => next?.[role] ?? []);
  const needed = environments.filter(runsPlaceholder);
  const ill = environments.filter((one) => !runsPlaceholder(one) && !isHealthy(one));
  const language = isDocker({ branch: target.branch }) ? "Docker" : "Python";
  return {
    title: "Have them run the application, and healthy",
    isDone: environments.length === 2 && needed.length === 0 && ill.length === 0,
    commands: [
      ...(needed.length === 0
        ? []
        : [
            `# ${old?.web?.version ?? "The deployed version"} was made for the other platform. Deploy the same code with the files for ${language}, with the path of the application's checkout as APPLICATION:`,
            `npx beo overlay APPLICATION --stack ${stack} --force`,
            "# Commit the files with the commands that it prints, on a branch of their own: the old environments need the old ones.",
            "# The deployment runs the migrations on the database in use: deploy none that the old version cannot work with.",
            ...needed.map(({ name }) => `(cd APPLICATION && ${getDeployCommand(name, settings)})`),
          ]),
      ...(ill.length === 0 ? [] : [formatRegion(region)]),
      ...ill.flatMap(({ name, status, health }) => [
        `# ${name} is ${status} and ${health}; expected Ready and Green. Its last events:`,
        `aws elasticbeanstalk describe-events --environment-name ${name} --max-items 20 --output table`,
      ]),
    ],
  };
}

function getMoveStep({ facts, to, old, next, holder }: Move): Step {
  const { stack, region, settings, servingName } = facts;
  const follows = settings.servingGeneration === undefined || settings.servingGeneration === to;
  return {
    title: "Move the address to them",
    isDone: holder === to && follows && servingName === next?.web?.name,
    commands: [
      ...(holder === to
        ? []
        : [
            formatRegion(region),
            ...getCheck(facts, next?.web),
            `# ${facts.address}${settings.domain === undefined ? "" : `, and with it ${settings.domain},`} leads to ${next?.web?.name ?? ""} within about a minute. Both answer meanwhile. Way back: npx beo platform ${stack} --back`,
            ...swap(old?.web, next?.web),
          ]),
      "# Outputs, alarms and the dashboard follow:",
      ...(follows ? [] : removeAll(["platform.servingGeneration"], stack)),
      formatUp(stack),
    ],
  };
}

/** The request that tells whether an environment answers for the application's address, before it has it. */
function getCheck(
  { address, settings: { domain, cloudFront } }: Facts,
  web: Environment | undefined,
): string[] {
  const cname = web?.cname ?? "";
  if (cloudFront) {
    return [
      `# First see that it is healthy; only CloudFront can send it requests: aws elasticbeanstalk describe-environment-health --environment-name ${web?.name ?? ""} --attribute-names HealthStatus Causes`,
    ];
  }
  const request =
    domain === undefined
      ? `-H 'Host: ${address}' http://${cname}/`
      : `--connect-to ${domain}:443:${cname}:443 https://${domain}/`;
  return [
    `# First see that it answers as the old one does: curl -sS -o /dev/null -w '%{http_code}\\n' ${request}`,
  ];
}

function swap(from: Environment | undefined, to: Environment | undefined): string[] {
  const [source = "", destination = ""] = [from?.name, to?.name];
  return [
    `aws elasticbeanstalk swap-environment-cnames --source-environment-name ${source} --destination-environment-name ${destination}`,
    // By id: for an hour AWS also finds the terminated environments of a name, which never become Ready.
    `aws elasticbeanstalk wait environment-updated --environment-ids ${from?.id ?? ""} ${to?.id ?? ""}`,
  ];
}

function getDismissStep({ facts, old }: Move): Step {
  const { stack } = facts;
  const settings = getTemporarySettings(facts);
  const names = roles.flatMap((role) => old?.[role]?.name ?? []);
  return {
    title: "Dismiss the old environments",
    isDone: old === undefined && settings.length === 0,
    commands: [
      "# Until here they are the way back. Wait until the new ones have served for some days.",
      ...(old?.worker === undefined ? [] : endWorkers(facts, old.worker)),
      ...(names.length === 0
        ? []
        : [`# Deletes ${names.join(" and ")}, their roles, alarms and load balancer, and nothing else:`]),
      ...removeAll(settings, stack),
      formatUp(stack),
    ],
  };
}

/** Pulumi deletes the lifecycle hook that lets workers finish their tasks before it deletes their environment. */
function endWorkers({ region }: Facts, { name }: Environment): string[] {
  const group = `"$(aws elasticbeanstalk describe-environment-resources --environment-name ${name} --query 'EnvironmentResources.AutoScalingGroups[0].Name' --output text)"`;
  const count = `aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names ${group} --query 'length(AutoScalingGroups[0].Instances)' --output text`;
  return [
    formatRegion(region),
    `# Ends the instances of ${name}, which finish their tasks first where worker.drain is on:`,
    `aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${group} --min-size 0 --max-size 0 --desired-capacity 0`,
    `until [ "$(${count})" = 0 ]; do sleep 15; done`,
  ];
}

/** The settings that are needed during a move only. */
function getTemporarySettings({ settings }: Facts): string[] {
  return [
    ...(["previousBranch", "servingGeneration", "initialVersion"] as const)
      .filter((key) => settings[key] !== undefined)
      .map((key) => `platform.${key}`),
    ...roles
      .filter((role) => settings[role].previousInstanceTypes !== undefined)
      .map((role) => `${role}.previousInstanceTypes`),
  ];
}

function getMoveBackStep({ facts, from, to, old, next, holder }: Move): Step {
  const { stack, region, settings, servingName } = facts;
  const follows = settings.generation === from || settings.servingGeneration === from;
  const isIll = old?.web !== undefined && !isHealthy(old.web);
  return {
    title: "Move the address back to the old environments",
    isDone: holder === from && (next === undefined || (follows && servingName === old?.web?.name)),
    commands: [
      ...(holder === to
        ? [
            formatRegion(region),
            ...(isIll
              ? [`# ${old.web?.name ?? ""} is ${old.web?.status ?? ""} and ${old.web?.health ?? ""}.`]
              : []),
            ...swap(next?.web, old?.web),
          ]
        : []),
      "# Outputs, alarms and the dashboard follow:",
      ...(follows ? [] : [setAll({ "platform.servingGeneration": from }, stack)]),
      formatUp(stack),
    ],
  };
}

function getDeleteStep(move: Move): Step {
  const { facts, from, old, next } = move;
  const { stack, settings } = facts;
  const names = roles.flatMap((role) => next?.[role]?.name ?? []);
  const isConfigured = settings.generation !== from;
  const lists = roles.filter((role) => settings[role].previousInstanceTypes !== undefined);
  return {
    title: "Delete the new environments",
    isDone: next === undefined && !isConfigured && getTemporarySettings(facts).length === 0,
    commands: [
      ...(names.length === 0
        ? []
        : [`# Deletes ${names.join(" and ")}, their roles, alarms and load balancer, and nothing else:`]),
      ...removeAll([...getTemporarySettings(facts), ...lists.map((role) => `${role}.instanceTypes`)], stack),
      ...(isConfigured
        ? [
            setAll(
              {
                "platform.generation": from,
                "platform.branch": settings.previousBranch ?? old?.web?.branch ?? settings.branch,
                ...Object.fromEntries(
                  lists.flatMap((role) =>
                    (settings[role].previousInstanceTypes ?? []).map((type, index) => [
                      `${role}.instanceTypes[${index}]`,
                      type,
                    ]),
                  ),
                ),
              },
              stack,
            ),
          ]
        : []),
      ...(next === undefined ? [] : [formatUp(stack)]),
    ],
  };
}

function formatUp(stack: string): string {
  return `npx pulumi up --stack ${stack}`;
}

/** Sets all values at once, so that an interruption leaves none half. */
function setAll(values: Record<string, string | number>, stack: string): string {
  const words = Object.entries(values).map(([key, value]) => {
    const isPlain = [key, String(value)].every((word) => shellWord(word) === word);
    const assignment = `${key}=${value}`;
    return `--plaintext ${isPlain ? assignment : shellWord(assignment)}`;
  });
  return `npx pulumi config set-all --stack ${stack} --path ${words.join(" ")}`;
}

function removeAll(paths: string[], stack: string): string[] {
  return paths.length === 0 ? [] : [`npx pulumi config rm-all --stack ${stack} --path ${paths.join(" ")}`];
}
