import type { WithDefaults } from "./defaults";

/**
 * Commands and documents that the alarms' descriptions and the output `readme` name. They differ with the program that uses
 * the component.
 */
export interface InstructionsArgs {
  /**
   * Command of Pulumi's CLI.
   *
   * @default "pulumi"
   * @changing In place.
   */
  pulumiCommand?: string;
  /**
   * Command of this repository's own tool, for programs that are run in a clone of it.
   *
   * @default none: no step needs it
   * @changing In place.
   */
  beoCommand?: string;
  /**
   * Folder or URL of this repository's documents.
   *
   * @default none: no document is named
   * @changing In place.
   */
  documents?: string;
}

/** Defaults of {@link InstructionsArgs}. */
export const instructionsDefaults = { pulumiCommand: "pulumi" } satisfies InstructionsArgs;

export type Instructions = WithDefaults<InstructionsArgs, typeof instructionsDefaults>;
