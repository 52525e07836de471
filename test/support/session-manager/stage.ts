import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Commands of an instance, which say what they get. */
const commands = {
  // Keeps the variables, as the real one does without --login.
  "bin/runuser": `[ "$1 $3" = "-u --" ] || exit 9\nuser=$2\nshift 3\nSTAGE_USER=$user exec "$@"`,
  "bin/docker": `printf 'docker:'\nprintf ' <%s>' "$@"\necho\nexit "\${STAGE_EXIT:-0}"`,
};
const python = `printf 'python:'
printf ' <%s>' "$@"
echo
echo "user: $STAGE_USER"
echo "folder: $(basename "$PWD")"
echo "config: $AWS_CONFIG_FILE"
echo "variables: $SQL_HOST,$DJANGO_ALLOWED_HOSTS,$QUOTED,$WORKER"
exit "\${STAGE_EXIT:-0}"`;

/** What is deployed to the instance. */
interface Deployed {
  platform: "python" | "docker";
  worker?: boolean;
  /** Files of the application. */
  files?: string[];
}

/**
 * Makes the files of an instance below a folder.
 *
 * @returns A script that runs its argument as Systems Manager's agent does: by `sh -c`, as root. Paths of the instance lead
 * below the folder.
 */
export function createStage(folder: string, { platform, worker, files = [] }: Deployed): string {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
    chmodSync(join(folder, file), 0o755);
  };
  mkdirSync(join(folder, "var/app/current"), { recursive: true });
  files.forEach((file) => {
    write(`var/app/current/${file}`, "");
  });
  for (const [file, script] of Object.entries(commands)) {
    write(file, `#!/bin/sh\n${script}\n`);
  }
  const flag = worker ? "1" : "0";
  if (platform === "python") {
    // As Elastic Beanstalk writes it: not quoted.
    write(
      "opt/elasticbeanstalk/deployment/env",
      `SQL_HOST=db.example.com\nDJANGO_ALLOWED_HOSTS=api.example.com .example.org\nQUOTED="a b"\n\nWORKER=${flag}\n`,
    );
    write("var/app/venv/staging-LQM1lest/bin/python", `#!/bin/sh\n${python}\n`);
    write(
      "var/app/venv/staging-LQM1lest/bin/activate",
      `PATH="${folder}/var/app/venv/staging-LQM1lest/bin:$PATH"\nexport PATH\n`,
    );
  } else {
    write("var/app/current/.env", `SQL_HOST=db.example.com\nWORKER=${flag}\n`);
  }
  write(
    "agent",
    `#!/bin/sh\nPATH="${folder}/bin:$PATH"\nexport PATH\nexec sh -c "$(printf %s "$1" | sed 's#/var/app#${folder}/var/app#g; s#/opt/elasticbeanstalk#${folder}/opt/elasticbeanstalk#g')"\n`,
  );
  return join(folder, "agent");
}
