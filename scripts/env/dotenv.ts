/**
 * Text of a dotenv file that the shell and dotenv libraries read alike. Values with anything but the plainest characters
 * stand in single quotes, those with a single quote in double ones. A value that fits neither is written as the shell has it,
 * which not every library reads; the program takes none such.
 */
export function dotenv(variables: Record<string, string>): string {
  return Object.entries(variables)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join("");
}

function quoted(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) {
    return value;
  }
  return value.includes("'") && !/["$\\`]/.test(value) ? `"${value}"` : `'${value.replaceAll("'", `'\\''`)}'`;
}
