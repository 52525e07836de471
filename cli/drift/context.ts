import { placeholderCommand, commandLine, type Command, shellWord } from "../../stacks/commands";
import { countItems } from "../input-settings";
import type { Clients } from "../aws-clients";
import { type Configured, isAccepted } from "./accepted";
import type { Drift } from "./drift";
import { type Deployed, formatLabel, type Missing } from "./resources";

/** What the checks need. */
export interface Context extends Configured {
  region: string;
  clients: Clients;
  deployed: Deployed[];
  /** What an update would create. */
  missing: Missing[];
  /** The application's host name; undefined if it is not known. */
  address?: string | undefined;
  /** Name of the web environment that should have it: another one of the program may be beside it. */
  servingName?: string | undefined;
}

/** A difference, or a note about a change that is none. */
export type Finding = Drift | string;

/** Reads a part of AWS and returns what differs. */
export interface Check {
  /** What it reads. */
  what: string;
  find: () => Promise<Finding[]>;
}

/** What AWS answers to an update that would create what it has already, and what to do about it. */
export function describeObstacle(answer: string): string {
  return `Until this is undone, \`pulumi up\` fails with ${answer}: undo it first.`;
}

/** Something in AWS that is not in the program, and that Pulumi does not see. */
export interface Addition extends Pick<Drift, "severity" | "meaning" | "undo" | "isObstacle"> {
  text: string;
  keep?: string[];
}

/** The resources of a type: "iam/user:User". */
export function ofType(deployed: Deployed[], ...types: string[]): Deployed[] {
  return deployed.filter(({ type }) => types.some((one) => type === `aws:${one}`));
}

/** Reports additions to a resource. `pulumi up` changes nothing about them. */
export function toDrift({ urn }: Deployed, additions: Addition[]): Drift[] {
  return additions.map(({ text, keep = [], ...rest }) => ({
    urn,
    action: "none",
    message: `${formatLabel(urn)}: ${text}`,
    keep,
    ...rest,
  }));
}

/** Formats a command of the AWS CLI. Its options are words, or lists of words. */
export function awsCommand(
  operation: string,
  options: Record<string, string | string[]>,
  region?: string,
): string {
  const words = Object.entries({ ...options, ...(region !== undefined && { region }) }).flatMap(
    ([name, value]) => [`--${name}`, ...[value].flat().map(shellWord)],
  );
  return ["aws", operation, ...words].join(" ");
}

/** The path of the next item of a list of settings. */
export function nextItem({ configuration }: Pick<Context, "configuration">, list: string): string {
  return `${list}[${countItems(list, configuration)}]`;
}

/** Commands that set what only the operator knows. */
export function keepCommand(stack: string, path: string, expected: string): string {
  return commandLine([placeholderCommand(path, expected, true)], stack);
}

/** Commands that change the stack's configuration together; none if the program would refuse the result. */
export function configCommands(context: Configured, commands: Command[]): string[] {
  return isAccepted(context, commands)
    ? commands.map((command) => commandLine([command], context.stack))
    : [];
}
