import { createRequire } from "node:module";
import { createCommand, requireStack } from "./command";
import type * as clients from "./aws-clients";
import type { Context } from "./drift/context";
import { type Comparison, removeExplained, sortDrift } from "./drift/drift";
import { findDrift } from "./drift/find-drift";
import { formatDrift } from "./drift/format-drift";
import { isPending } from "./drift/missing";
import type * as finder from "./drift/obstacle";
import type * as reader from "./drift/read-aws";
import { formatLabel, getDeployed, getMissing, getType } from "./drift/resources";
import { getPreviewErrors, type Preview, readPreview, type Step } from "./preview";
import type { PulumiError } from "./pulumi";
import { exportState } from "./state";
import { UserError } from "./user-error";

export const command = createCommand("drift")
  .usage("STACK [options]")
  .description(
    "Compares a deployed stack with AWS, also what was added beside the program: rules, policies, keys, options, listeners. Reads only.\nChanges by `eb deploy` and managed platform updates are not drift.",
  )
  .argument("<STACK>", "the stack")
  .option("--json", "one JSON document on standard output")
  .addHelpText("after", "\nExit codes: 0 no drift, 1 failure or not compared, 2 wrong usage, 3 drift found.")
  .action(async (stack: string, { json }: { json?: true }) => {
    requireStack(command, stack);
    console.error(`Comparing ${stack} with AWS …`);
    const comparison = await compare(stack);
    const { drift, notes, pending, notCompared } = comparison;
    console.log(
      json
        ? JSON.stringify({ stack, drift: sortDrift(drift), notes, pending, notCompared }, null, 2)
        : formatDrift(stack, comparison),
    );
    process.exitCode = drift.length > 0 ? 3 : notCompared.length > 0 ? 1 : 0;
  });

export async function compare(stack: string): Promise<Comparison> {
  // The SDK's clients take long to load.
  const load = createRequire(__filename);
  const { createClients } = load("./aws-clients") as typeof clients;
  const { findObstacle } = load("./drift/obstacle") as typeof finder;
  const state = exportState(
    stack,
    `Cannot compare ${stack} with AWS. Check that you are logged in: npx pulumi whoami`,
  );
  const obstacle = await findObstacle(stack, state);
  if (obstacle !== undefined) {
    return { drift: [], notes: [], pending: [], notCompared: [obstacle] };
  }
  const { steps: all, config = {} } = previewUpdate(stack);
  const inState = new Set((state.resources ?? []).map(({ urn }) => urn));
  const isInState = (urn: string) => inState.has(urn);
  const isNew = (step: Step) => isPending(step, isInState);
  const created = all.filter(isNew);
  const pending = created
    .filter(({ urn }) => getType(urn).startsWith("aws:"))
    .map(({ urn }) => formatLabel(urn));
  const steps = all.filter((step) => !isNew(step));
  const configuration = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(/^[^:]*:/, ""), value]),
  );
  const drift = findDrift(steps, { stack, configuration }, { pending: created, isInState });
  const deployed = getDeployed(steps);
  if (deployed.length === 0) {
    return { drift, notes: [], pending, notCompared: [] };
  }
  const { readAws } = load("./drift/read-aws") as typeof reader;
  const inAws = await readAws({
    stack,
    region: config["aws:region"] ?? "",
    ...getServing(steps),
    clients: createClients(config, { stack }),
    configuration,
    deployed,
    missing: getMissing(all),
  });
  return { ...inAws, pending, drift: [...removeExplained(drift, inAws.drift), ...inAws.drift] };
}

/** The application's address, and the web environment that should have it: `eb swap` may have given it to another one. */
function getServing(steps: Step[]): Pick<Context, "address" | "servingName"> {
  const component = steps.find(({ urn }) => getType(urn) === "beo:index:Beanstalk");
  const { webCname, webEnvironmentName } = (component?.newState ?? component?.oldState)?.outputs ?? {};
  return {
    address: typeof webCname === "string" ? webCname : undefined,
    servingName: typeof webEnvironmentName === "string" ? webEnvironmentName : undefined,
  };
}

/** @throws UserError with the CLI's errors if the preview fails. */
function previewUpdate(stack: string): Preview {
  try {
    return readPreview(stack);
  } catch (error) {
    const { stdout = "", stderr = "" } = error as PulumiError;
    throw new UserError(`Cannot compare ${stack} with AWS.\n${getPreviewErrors(stdout).join("")}${stderr}`, {
      cause: error,
    });
  }
}
