import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { shellWord } from "../../stacks/commands";
import type * as clients from "./clients";
import { getSessionTarget, type Part, readResources, type SessionTarget } from "./deployment";
import { chooseInstance, type Instance, type InstanceChoice, readInstances } from "./instances";
import { requireTools } from "./tools";

/** Options of all commands that open sessions. */
export interface SessionOptions {
  /** Id of the instance; default: a healthy one. */
  instance?: string;
  print?: true;
}

/** What runs on the instance. */
interface Remote {
  part: Part;
  user: "application" | "root";
  words: string[];
}

/** Runs a command on an instance of a stack, in this terminal. Returns the exit code. */
export async function openSession(
  stack: string,
  { part, user, words }: Remote,
  { instance, print }: SessionOptions,
): Promise<number> {
  if (!print) {
    requireTools("aws", "session-manager-plugin");
  }
  console.error(`Reading the state of ${stack} …`);
  const target = getSessionTarget(stack, readResources(stack, { showSecrets: false }));
  const chosen = await findInstance(target, [part], { id: instance });
  const command = getSessionCommand(target, chosen, target.document, {
    arguments: [Buffer.from(formatWords(words)).toString("base64")],
    user: [user],
  });
  if (print) {
    console.log(`# Runs: ${formatWords(words)}\n${formatWords(command)}`);
    return 0;
  }
  const code = await runSession(command);
  if (code === awsFailed[0] || code === awsFailed[1]) {
    console.error("The session did not start. If AWS denied it, see docs/shell.md for the permissions.");
    return 1;
  }
  return code;
}

/** Exit codes of the AWS CLI, versions 2 and 1, if the service refused a request. */
const awsFailed = [254, 255];

/** Chooses an instance of a stack, and says which. */
export async function findInstance(
  target: SessionTarget,
  parts: Part[],
  choice: InstanceChoice,
): Promise<Instance> {
  // The SDK's clients take long to load.
  const { createClients } = createRequire(__filename)("./clients") as typeof clients;
  const environments = parts.map((part) => target.environments[part]);
  const instances = await readInstances(createClients(target), environments);
  const chosen = chooseInstance(target.region, instances, choice);
  console.error(`Instance ${chosen.id} of ${chosen.environment}, health ${chosen.health}.`);
  return chosen;
}

/** Returns the command that starts a session. */
export function getSessionCommand(
  { region, profile }: SessionTarget,
  { id }: Instance,
  document: string,
  parameters: Record<string, string[]>,
): string[] {
  return [
    ...["aws", "ssm", "start-session", "--region", region],
    ...(profile === undefined ? [] : ["--profile", profile]),
    ...["--target", id, "--document-name", document, "--parameters", JSON.stringify(parameters)],
  ];
}

/** Quotes a command for a shell. */
export function formatWords(words: string[]): string {
  return words.map(shellWord).join(" ");
}

/**
 * Runs a session in this terminal. Returns the exit code of the AWS CLI; if standard output is not a terminal, and the
 * session ended well, that of the remote command: Session Manager does not return it, so that the session prints it
 * (https://github.com/aws/session-manager-plugin/issues/59).
 */
export async function runSession(words: string[]): Promise<number> {
  // Ctrl-C and Ctrl-Z belong to the session, which gets a process group of its own in the terminal: npx, which started this
  // command, would end or stop.
  const [command = "", ...args] = process.stdin.isTTY
    ? ["sh", "-mc", '"$@"; exit $?', "sh", ...words]
    : words;
  for (const signal of ["SIGINT", "SIGQUIT", "SIGTSTP"] as const) {
    process.on(signal, () => undefined);
  }
  const child = spawn(command, args, {
    stdio: ["inherit", process.stdout.isTTY ? "inherit" : "pipe", "inherit"],
  });
  let end = "";
  child.stdout?.on("data", (data: Buffer) => {
    process.stdout.write(data);
    end = (end + data.toString()).slice(-1000);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      resolve(status ?? 1);
    });
  });
  const [, remoteCode] = /^Exit code: (\d+)\s*(?:Exiting session.*\s*)?$/m.exec(end) ?? [];
  return code === 0 ? Number(remoteCode ?? 0) : code;
}
