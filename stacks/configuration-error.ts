import * as pulumi from "@pulumi/pulumi";
import { type Command, commandLine } from "./commands";

/** A mistake in the configuration. */
export interface Problem {
  /** The key or the path: `appUrl`, `web.minSize`, `aws:region`. */
  key: string;
  /** Completes the key to a sentence; never contains a secret's value. */
  message: string;
  /** The commands that fix it. */
  commands: readonly Command[];
  /** Whether a key that is not set may cause it. */
  isMissing?: boolean;
}

/** All mistakes in a stack's configuration. Thrown before any resource is registered. */
export class ConfigurationError extends pulumi.RunError {
  /** Each mistake with the commands that fix it. */
  readonly messages: readonly string[];

  constructor(
    stack: string,
    readonly problems: readonly Problem[],
  ) {
    const messages = problems.map(
      ({ key, message, commands }) => `${key} ${message}\n    ${commandLine(commands, stack)}`,
    );
    const count = problems.length === 1 ? "1 error" : `${problems.length} errors`;
    super(
      [
        `The configuration of stack "${stack}" has ${count}. Nothing was changed.`,
        ...messages.map((message) => `  ${message}`),
        `The configuration of stack "${stack}" is in Pulumi.${stack}.yaml. docs/configuration.md lists all keys.`,
      ].join("\n\n"),
    );
    this.messages = messages;
  }
}
