/** The path of a member, as `pulumi config set --path` reads it. */
export function memberPath(path: string, name: string): string {
  return /^\w+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}
