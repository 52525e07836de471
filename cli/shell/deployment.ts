import { basename } from "node:path";
import { readStack } from "../../plan/stack-files";
import { parseJson } from "../../stacks/validators";
import { projectFolder } from "../command";
import { exportState, getServingOutput, type StateResource } from "../state";
import { UserError } from "../user-error";

/** An environment of a stack. */
export type Part = "web" | "worker";

/** What a deployed stack has for sessions. */
export interface SessionTarget {
  stack: string;
  region: string;
  /** The AWS profile of the stack's provider, if it has one. */
  profile?: string;
  /** Names of the environments. */
  environments: Record<Part, string>;
  /** Name of the Session Manager document. */
  document: string;
}

/** Returns the resources of a deployed stack. @throws UserError if there are none. */
export function readResources(stack: string, { showSecrets }: { showSecrets: boolean }): StateResource[] {
  const advice = `Cannot read the state of ${stack}. Check that you are logged in: npx pulumi whoami`;
  const { resources = [] } = exportState(stack, advice, showSecrets);
  const current = resources.filter((resource) => !resource.delete && !resource.pendingReplacement);
  if (!current.some(({ type }) => type === environmentType)) {
    throw new UserError(`${stack} is not deployed. Deploy it: npx pulumi up -s ${stack}`);
  }
  return current;
}

const environmentType = "aws:elasticbeanstalk/environment:Environment";

/** Returns where the sessions of a stack go. @throws UserError if the stack does not allow sessions. */
export function getSessionTarget(stack: string, resources: StateResource[]): SessionTarget {
  const [document] = resources.filter(
    ({ type, outputs }) => type === "aws:ssm/document:Document" && outputs?.documentType === "Session",
  );
  if (document === undefined) {
    throw new UserError(describeMissingDocument(stack));
  }
  const provider = resources.find(({ type }) => type === "pulumi:providers:aws")?.inputs ?? {};
  // Another pair may be beside those that serve the application.
  const getName = (isWorker: boolean) =>
    getServingOutput(resources, isWorker ? "workerEnvironmentName" : "webEnvironmentName") ??
    getText(
      resources.find(
        ({ type, outputs }) => type === environmentType && (outputs?.tier === "Worker") === isWorker,
      )?.outputs?.name,
    );
  return {
    stack: basename(stack),
    region: getText(provider.region),
    profile: provider.profile === undefined ? undefined : getText(provider.profile),
    environments: { web: getName(false), worker: getName(true) },
    document: getText(document.outputs?.name),
  };
}

function getText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function describeMissingDocument(stack: string): string {
  const { config, project } = readStack(projectFolder, basename(stack));
  const platform = parseJson(config[`${project}:platform`] ?? "{}") as { shell?: boolean };
  return platform.shell === false
    ? `platform.shell is false: ${stack} does not allow sessions with its instances. To allow them:\n  npx pulumi config rm --path platform.shell -s ${stack}\n  npx pulumi up -s ${stack}`
    : `${stack} was last updated before it allowed sessions with its instances (platform.shell). Update it:\n  npx pulumi up -s ${stack}`;
}
