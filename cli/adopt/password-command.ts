/**
 * Returns a command of the AWS CLI that gets the configured database password: in a file of the user's own, since
 * arguments are in the list of processes. `printf` is a part of the shell. Without a password, nothing is changed.
 *
 * @param document The input of the command, in which "%s" stands for the password.
 */
export function formatPasswordCommand(command: string, document: object, stack: string): string {
  const read = `p="$(npx pulumi config get databasePassword --stack ${stack})" && [ -n "$p" ]`;
  const check = `${read} || { echo "databasePassword cannot be read or is empty. Nothing was changed." >&2; exit 1; }`;
  return `(${check}; f=$(mktemp); trap 'rm -f "$f"' EXIT; printf '${JSON.stringify(document)}' "$p" > "$f"; ${command} --cli-input-json "file://$f" > /dev/null)`;
}
