/**
 * Formats variables as a dotenv file that shells and dotenv libraries read alike. Values with special characters are in
 * single quotes, those with a single quote in double quotes. A value that fits neither is quoted for shells, which some
 * libraries do not support; the program's own values never need that.
 */
export function formatDotenv(variables: Record<string, string>): string {
  return Object.entries(variables)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) => `${name}=${quote(value)}\n`)
    .join("");
}

function quote(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) {
    return value;
  }
  return value.includes("'") && !/["$\\`]/.test(value) ? `"${value}"` : `'${value.replaceAll("'", `'\\''`)}'`;
}
