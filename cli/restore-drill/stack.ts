import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack, StackNotFoundError } from "@pulumi/pulumi/automation";
import type { S3Client } from "@aws-sdk/client-s3";
import { parse } from "yaml";
import { drillProject } from "../../bootstrap/settings";
import { projectFolder } from "../command";
import { createBackendError, findExecutable, runPulumi } from "../pulumi";
import { readLocks } from "../recover/backend";
import { formatHolder, isAlive } from "../recover/locks";
import { getBackendUrl } from "../recover/read-facts";
import type { Deployment, StateResource } from "../state";
import { UserError } from "../user-error";
import { createTemporaryFolder } from "../write-file";

/** Where a throw-away stack is, and how its secrets would be encrypted: as those of the stack that it restores. */
export interface Place {
  /** The stack that is restored; may be qualified: organization/stack. */
  stack: string;
  applicationName: string;
  /** The configuration of the provider: aws:region and others. */
  config: Record<string, string>;
  /** Reads the bucket of the state. */
  s3: S3Client;
}

/** A throw-away stack, named after the application. Its program runs in this process; its state is in the backend of the stack that it restores. */
export class DrillStack {
  private constructor(
    private readonly stack: Stack,
    private readonly folder: string,
  ) {}

  /** Opens the stack. Undefined if there is none, and none is to be created. */
  static async open(
    place: Place,
    program: PulumiFn,
    { create }: { create: boolean },
  ): Promise<DrillStack | undefined> {
    const { stack: original, applicationName, config } = place;
    const stackName = original.includes("/")
      ? `${original.split("/")[0] ?? ""}/${drillProject}/${applicationName}`
      : applicationName;
    useInstalledCli();
    // The Automation API writes the project and the configuration into files.
    const workDir = createTemporaryFolder("beo-drill-");
    const secretsProvider = readSecretsProvider(original);
    const args = { stackName, projectName: drillProject, program };
    const options = {
      workDir,
      secretsProvider,
      projectSettings: { name: drillProject, runtime: "nodejs" as const, ...readBackend() },
      stackSettings: { [applicationName]: { secretsProvider } },
    };
    try {
      await removeStaleLocks(place);
      const stack = create
        ? await LocalWorkspace.createOrSelectStack(args, options)
        : await LocalWorkspace.selectStack(args, options);
      await stack.setAllConfig(
        Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }])),
      );
      return new DrillStack(stack, workDir);
    } catch (error) {
      rmSync(workDir, { recursive: true });
      if (error instanceof StackNotFoundError) {
        return undefined;
      }
      throw error instanceof UserError
        ? error
        : createBackendError(error, "The drill's stack cannot be opened.");
    }
  }

  /** Returns the resources of the state. */
  async readResources(): Promise<StateResource[]> {
    const exported = await this.stack.exportStack();
    const deployment = exported.deployment as Deployment | null;
    return deployment?.resources ?? [];
  }

  /** Forgets a database that does not exist: one that was deleted, also one that Pulumi requested and did not save. */
  async refresh(): Promise<void> {
    await this.stack.refresh({ clearPendingCreates: true, color: "never" });
  }

  /** Creates the database. Pulumi's output goes to standard error. */
  async up(): Promise<void> {
    await this.stack.up({ onOutput, color: "never", suppressProgress: true });
  }

  /** Deletes the database, and then the stack with its state and history. */
  async remove(): Promise<void> {
    // The CLI advises to remove the stack, which follows.
    const withoutAdvice = (text: string) =>
      onOutput(text.replace(/^The resources in the stack have been deleted[^]*/m, ""));
    await this.stack.destroy({
      onOutput: withoutAdvice,
      color: "never",
      suppressProgress: true,
      remove: true,
    });
  }

  /** Removes the files of the Automation API. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const onOutput = (text: string) => process.stderr.write(text);

/** npm's `pulumi` is a launcher: an installed CLI takes precedence, as for all commands. */
function useInstalledCli(): void {
  const file = findExecutable("pulumi");
  if (file !== undefined) {
    process.env.PATH = [dirname(file), process.env.PATH].join(delimiter);
  }
}

/** Returns the backend of Pulumi.yaml. Without one, the Automation API uses the one that the operator is logged in to. */
function readBackend(): { backend?: { url: string } } {
  const { backend } = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as {
    backend?: { url: string };
  };
  return backend === undefined ? {} : { backend };
}

/** Returns the secrets provider of a stack's file; undefined is the backend's default. */
function readSecretsProvider(stack: string): string | undefined {
  const file = join(projectFolder, `Pulumi.${basename(stack)}.yaml`);
  const content = existsSync(file)
    ? (parse(readFileSync(file, "utf8")) as { secretsprovider?: string } | null)
    : null;
  return content?.secretsprovider;
}

/**
 * Removes the locks of processes of this machine that have ended.
 *
 * @throws UserError for the lock of another process.
 */
async function removeStaleLocks({ applicationName, s3 }: Place): Promise<void> {
  const locks = await readLocks(getBackendUrl(), drillProject, applicationName, s3);
  const name = `organization/${drillProject}/${applicationName}`;
  for (const lock of locks) {
    const alive = isAlive(lock);
    if (alive !== false) {
      throw new UserError(
        `A drill of ${applicationName} is running: ${formatHolder(lock)}.${
          alive ? "" : ` If it has ended, remove its lock: npx pulumi cancel --yes ${name}`
        }`,
      );
    }
  }
  if (locks.length > 0) {
    runPulumi(["cancel", "--yes", name]);
  }
}
