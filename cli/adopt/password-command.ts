/**
 * Returns a command of the AWS CLI that gets the configured database password: in a file of the user's own, since
 * arguments are in the list of processes. `printf` is a part of the shell.
 *
 * @param document The input of the command, in which "%s" stands for the password.
 */
export function formatPasswordCommand(command: string, document: object, stack: string): string {
  const password = `"$(npx pulumi config get databasePassword --stack ${stack})"`;
  return `(f=$(mktemp); trap 'rm -f "$f"' EXIT; printf '${JSON.stringify(document)}' ${password} > "$f"; ${command} --cli-input-json "file://$f" > /dev/null)`;
}
