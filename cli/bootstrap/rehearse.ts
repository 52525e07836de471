import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PlannedResource } from "../../plan/plan";
import { createImportFile, providerVersion } from "../adopt/import-file";
import type { Preview, Step } from "../preview";
import type { Deployment } from "../state";
import { createTemporaryFolder } from "../write-file";
import { getEnvironment, runBootstrap } from "./project";

/** What a run will change. */
export interface Plan {
  /** The steps that change something. */
  steps: Step[];
  /** The ids of what the state adopts, by URN. */
  imports: Map<string, string>;
}

/**
 * Previews a run with a copy of the state in a temporary folder: what exists is imported into the copy, so that the
 * preview shows what will be created, adopted and updated. Neither AWS nor the state is changed.
 *
 * @param deployment The state; undefined if there is none.
 */
export function rehearse(
  stack: string,
  config: Record<string, string>,
  deployment: Deployment | undefined,
  planned: PlannedResource[],
  existing: ReadonlyMap<string, string>,
): Plan {
  const folder = createTemporaryFolder("beo-bootstrap-");
  try {
    const env = getEnvironment(pathToFileURL(folder).href, config);
    runBootstrap(["stack", "init", stack, "--no-select"], env);
    if (deployment !== undefined) {
      // Without protection, the preview lists a deletion instead of failing.
      const resources = (deployment.resources ?? []).map((resource) => ({ ...resource, protect: false }));
      const copy = { version: 3, deployment: { ...deployment, resources, pending_operations: [] } };
      runBootstrap(["stack", "import", "--stack", stack], env, JSON.stringify(copy));
    }
    const imports = getImports(deployment, existing);
    importResources(stack, env, { planned, imports, inState: getUrns(deployment) });
    const preview = JSON.parse(
      runBootstrap(["preview", "--json", "--stack", stack], env),
    ) as Partial<Preview>;
    return { steps: (preview.steps ?? []).filter(({ op }) => op !== "same" && op !== "read"), imports };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns what exists and is not in the state. */
export function getImports(
  deployment: Deployment | undefined,
  existing: ReadonlyMap<string, string>,
): Map<string, string> {
  const inState = getUrns(deployment);
  return new Map([...existing].filter(([urn]) => !inState.has(urn)));
}

export function getUrns(deployment: Deployment | undefined): Set<string> {
  return new Set((deployment?.resources ?? []).map(({ urn }) => urn));
}

/** Imports resources into the state, with the names and parents of the program. */
export function importResources(
  stack: string,
  env: NodeJS.ProcessEnv,
  {
    planned,
    imports,
    inState,
  }: { planned: PlannedResource[]; imports: Map<string, string>; inState: Set<string> },
): void {
  if (imports.size === 0) {
    return;
  }
  const folder = createTemporaryFolder("beo-import-");
  try {
    const file = join(folder, "import.json");
    writeFileSync(file, JSON.stringify(createImportFile(planned, imports, inState, providerVersion)));
    const options = ["--protect=false", "--generate-code=false", "--yes", "--stack", stack];
    runBootstrap(["import", "--file", file, ...options], env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
