/** Arguments with a value for every member that has a default. */
export type WithDefaults<Args, Defaults> = Args & {
  [Member in keyof Defaults & keyof Args]-?: Exclude<Args[Member], undefined>;
};

/** Returns the arguments, with the default for each member that is left out or undefined. */
export function withDefaults<Args extends object, Defaults extends object>(
  args: Args,
  defaults: Defaults,
): WithDefaults<Args, Defaults> {
  const given = new Map<string, unknown>(Object.entries(args));
  const missing = Object.entries(defaults).filter(([name]) => given.get(name) === undefined);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- every default that was missing is added
  return { ...args, ...Object.fromEntries(missing) } as WithDefaults<Args, Defaults>;
}
