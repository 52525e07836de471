/**
 * Text of a dotenv file that the shell and dotenv libraries read alike. Values with anything but the plainest characters
 * stand in single quotes; a single quote in one is written as the shell has it.
 */
export function dotenv(variables: Record<string, string>): string {
  return Object.entries(variables)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join("");
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
