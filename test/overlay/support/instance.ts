import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, chmodSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { applicationUser, execute } from "./tools";

interface InstanceArgs {
  /** An empty folder for the instance's files. */
  folder: string;
  /** The checkout that is deployed to it. */
  checkout: string;
  /** The virtual environment with the application's requirements. */
  venv: string;
  /** The installation of its Python. */
  pythonHome: string;
  /** The environment's variables. */
  variables: Record<string, string>;
}

/** Where the virtual environment is on the Python platform. */
const venvFolder = "/var/app/venv/staging-LQM1lest";
const path = `${venvFolder}/bin:/opt/bin:/usr/sbin:/usr/bin:/bin`;

/** Runs a command as a container does: with the variables that --env-file names, as the image's user. */
const dockerRun = `
[ "$1" = run ] || exec /opt/bin/stop-worker "$@"
while [ "$1" != beo-datastore ]; do
  [ "$1" != --env-file ] || names=$(cat "$2")
  shift
done
shift
variables=()
for name in $names; do variables+=("$name=\${!name}"); done
exec env -i "PATH=${path}" "\${variables[@]}" setpriv --reuid=${applicationUser} --regid=${applicationUser} --clear-groups "$@"`;

/** Stops the process in /run/worker.pid as systemd and Docker do, and waits for its end. */
const stopWorker = `
case "$*" in *stop\\ worker) ;; *) exit 0 ;; esac
worker=$(cat /run/worker.pid) || exit 0
kill -TERM "$worker"
while kill -0 "$worker" 2> /dev/null; do sleep 0.1; done`;

/** Finds the process in /run/worker.pid: the other instances' processes are visible here, too. */
const findWorker = 'kill -0 "$(cat /run/worker.pid)" 2> /dev/null';

/** Commands of an instance that this machine does not have. Each notes its arguments in /var/log/calls. */
const stubs = {
  "/opt/elasticbeanstalk/bin/get-config": `case "$*" in *environment_name*) echo beo ;; *WORKER*) echo $WORKER ;; *) echo 90 ;; esac`,
  "/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl": "",
  "/opt/bin/systemctl": 'exec /opt/bin/stop-worker "$@"',
  "/opt/bin/docker": dockerRun,
  "/opt/bin/stop-worker": stopWorker,
  "/opt/bin/pgrep": findWorker,
  "/opt/bin/aws": `case "$*" in *describe-auto-scaling-instances*) echo awseb-group ;; esac`,
};

/**
 * An instance of an environment: a mount namespace with a /var, /opt, /run and /etc/systemd of its own, in which the
 * application runs as the user webapp.
 */
export class Instance {
  readonly #holder: ChildProcess;
  readonly #children: ChildProcess[] = [];

  constructor(readonly args: InstanceArgs) {
    const { folder, checkout, venv, pythonHome } = args;
    for (const part of [
      `var/app/venv/${basename(venvFolder)}`,
      "var/log/nginx",
      "var/lib/nginx",
      "var/tmp",
      "run",
      "systemd",
      "opt/bin",
      `root${pythonHome}`,
    ]) {
      mkdirSync(join(folder, part), { recursive: true });
    }
    cpSync(checkout, join(folder, "var/app/current"), { recursive: true });
    for (const [path, script] of Object.entries(stubs)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      mkdirSync(join(folder, "opt/aws/amazon-cloudwatch-agent/etc"), { recursive: true });
      writeFileSync(file, `#!/bin/bash\necho "$0 $*" >> /var/log/calls\n${script}\n`);
      chmodSync(file, 0o755);
    }
    const user = `webapp:x:${applicationUser}:${applicationUser}::/var/app:/bin/sh`;
    writeFileSync(
      join(folder, "passwd"),
      `${readFileSync("/etc/passwd", "utf8")}${user}\nnginx:x:101:101::/var:/bin/sh\n`,
    );
    writeFileSync(
      join(folder, "group"),
      `${readFileSync("/etc/group", "utf8")}webapp:x:${applicationUser}:\nnginx:x:101:\n`,
    );
    const mounts = [
      // Root's home, where Python may be, is closed to webapp.
      ...(pythonHome.startsWith("/root/")
        ? [
            `mount --rbind ${pythonHome} ${join(folder, `root${pythonHome}`)}`,
            `mount --rbind ${join(folder, "root/root")} /root`,
          ]
        : []),
      `mount --bind ${venv} ${join(folder, venvFolder)}`,
      ...["passwd", "group"].map((file) => `mount --bind ${join(folder, file)} /etc/${file}`),
      `mount --bind ${join(folder, "systemd")} /etc/systemd/system`,
      ...["run", "opt", "var"].map((part) => `mount --rbind ${join(folder, part)} /${part}`),
    ];
    const script = [...mounts, "echo ready", "exec sleep infinity"].join(" && ");
    this.#holder = spawn("unshare", ["--mount", "--propagation", "private", "sh", "-c", script], {
      stdio: ["ignore", openSync(join(folder, "ready"), "w"), "inherit"],
    });
    execute("sh", ["-c", `while ! grep -q ready ${join(folder, "ready")}; do sleep 0.05; done`]);
  }

  #command(command: string, user: number): [string, string[]] {
    const privileges = [`--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
    const script = `cd /var/app/current && ${command}`;
    return [
      "nsenter",
      [`--mount=/proc/${this.#holder.pid}/ns/mnt`, "setpriv", ...privileges, "bash", "-c", script],
    ];
  }

  get #environment(): Record<string, string> {
    return { ...this.args.variables, HOME: "/tmp", PATH: path };
  }

  /** Runs a command to its end, as root like hooks and container commands, or as another user. */
  run(
    command: string,
    { user = 0, variables = {} }: { user?: number; variables?: Record<string, string> } = {},
  ) {
    const { status, stdout, stderr } = spawnSync(...this.#command(command, user), {
      encoding: "utf8",
      env: { ...this.#environment, ...variables },
    });
    return { status, output: stdout + stderr };
  }

  /** Starts a command as the application's user, or another one; its main process gets the signals. */
  start(command: string, variables: Record<string, string> = {}, user = applicationUser): ChildProcess {
    const output = openSync(join(this.args.folder, "output"), "a");
    const child = spawn(...this.#command(`exec ${command}`, user), {
      detached: true,
      env: { ...this.#environment, ...variables },
      stdio: ["ignore", output, output],
    });
    this.#children.push(child);
    return child;
  }

  /** Reads a file of the instance. */
  read(path: string): string {
    return readFileSync(join(this.args.folder, path), "utf8");
  }

  /** Ends everything at once, as the loss of the host does. */
  kill(): void {
    for (const { pid } of this.#children) {
      try {
        process.kill(-(pid ?? 0), "SIGKILL");
      } catch {
        // It has ended.
      }
    }
    this.#holder.kill("SIGKILL");
  }
}
