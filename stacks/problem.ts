import * as pulumi from "@pulumi/pulumi";
import { type Command, commandLine, qualified } from "./commands";

/** One mistake in the configuration. */
export interface Problem {
  /** The key, with a dot before a nested one: `web.minSize`; or one of another namespace: `aws:region`. */
  key: string;
  /** What is wrong with it; never a secret's value. */
  message: string;
  /** The commands that mend it. */
  mend: readonly Command[];
}

/** All mistakes in a stack's configuration. Thrown before any resource is registered. */
export class SettingsError extends pulumi.RunError {
  /** Each mistake in words, with its mend. */
  readonly mistakes: readonly string[];

  get messages(): readonly string[] {
    return this.mistakes;
  }

  constructor(stack: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "one mistake" : `${problems.length} mistakes`;
    const mistakes = problems.map(
      ({ key, message, mend }) => `${qualified(key)} ${message}\n    ${commandLine(mend, stack)}`,
    );
    super(
      [
        `The configuration of stack "${stack}" has ${count}; nothing was changed.`,
        ...mistakes.map((mistake) => `  ${mistake}`),
        `Stack "${stack}" is set in Pulumi.${stack}.yaml; README.md has the table of all keys.`,
      ].join("\n\n"),
    );
    this.mistakes = mistakes;
  }
}
