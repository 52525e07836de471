import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { shellBlocks } from "../../support/documents";
import type { Result } from "./collect-output";
import { installCommandLines } from "./command-lines";
import { findPulumi } from "./tools";
import type { Workspace } from "./workspace";

const root = join(__dirname, "../../..");

/** `npx` as the operator has it, who answers every question with yes. */
const npx = `npx() {
  local tool=$1 command=$2; shift
  case "$tool $command" in
    "beo bootstrap") node "$BEO" "$@" --yes ;;
    # --yes does not restore the data of another database.
    "beo restore") node "$BEO" "$@" < <(printf 'yes\\n%.0s' 1 2 3 4 5 6 7 8 9) ;;
    # The emulated AWS does not offer every class, and has neither DNS nor quotas.
    "beo preflight") node "$BEO" "$@" || true ;;
    "beo "*) node "$BEO" "$@" ;;
    "pulumi up" | "pulumi destroy") "$PULUMI" --non-interactive "$@" --yes --skip-preview ;;
    "pulumi state") "$PULUMI" --non-interactive "$@" --yes ;;
    *) "$PULUMI" --non-interactive "$@" ;;
  esac
}
# No name resolves.
curl() { echo "curl $*"; }`;

/** The blocks of commands of a text, and those within its sentences. */
export function getCommands(text: string): { blocks: string[]; inline: string[] } {
  const sentences = text.replaceAll(/^ *```.*?^ *```$/gms, "").replaceAll(/\s+/g, " ");
  return {
    blocks: shellBlocks(text),
    inline: [...sentences.matchAll(/`(npx [^`]+)`/g)].map(([, command = ""]) => command),
  };
}

/** Runs commands of the documents word for word. They need bash and jq on PATH. */
export class Runbook {
  /** Variables of the commands. */
  variables: NodeJS.ProcessEnv = {};

  constructor(private readonly workspace: Workspace) {}

  /** Runs commands in a shell, until one of them fails. */
  try(...commands: string[]): Result {
    const script = [npx, ...commands].join("\n");
    const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
      cwd: this.workspace.folder,
      env: {
        ...this.workspace.environment(),
        // The first version of the AWS CLI reads another variable than the second one.
        AWS_DEFAULT_REGION: "us-west-1",
        PATH: [join(root, "test/support/session-manager"), installCommandLines(), process.env.PATH].join(
          delimiter,
        ),
        PULUMI: findPulumi(),
        BEO: join(root, "cli/beo.js"),
        ...this.variables,
      },
      // Bash takes a socket for a remote shell, and reads the user's files.
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    this.workspace.printed += stdout + stderr;
    return { code: status, output: stdout + stderr };
  }

  /** Runs commands, and returns what they print. @throws AssertionError if one of them fails. */
  run(...commands: string[]): string {
    const { code, output } = this.try(...commands);
    expect(code, `${commands.join("\n")}\n${output}`).to.equal(0);
    return output.trim();
  }
}
