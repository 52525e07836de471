import { isDeepStrictEqual } from "node:util";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";

/** What a run did, or would do, with the resources of a stack. */
export interface Changes {
  created: number;
  updated: number;
  replaced: number;
  deleted: number;
  unchanged: number;
  /** Whether an update has anything to do, or to save: also the outputs of the stack. */
  isChanged: boolean;
  /** The names of the resources that are replaced or deleted. */
  lost: string[];
  /** The first error; "" if there is none. */
  error: string;
}

type Count = "created" | "updated" | "replaced" | "deleted" | "unchanged";

/** A replacement has further events, of the creation and of the deletion. */
const counts: Partial<Record<OpType, Count>> = {
  create: "created",
  import: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  same: "unchanged",
};

export function createChanges(): Changes {
  return {
    created: 0,
    updated: 0,
    replaced: 0,
    deleted: 0,
    unchanged: 0,
    isChanged: false,
    lost: [],
    error: "",
  };
}

/** Operations that change nothing in AWS, as the engine itself counts them. */
const idle: readonly OpType[] = ["same", "read", "read-replacement", "discard"];

/**
 * Adds an event of the engine. What has ended counts, so that the numbers of an interrupted run are right. The summary of
 * one that ended also has the components.
 */
export function addEvent(
  changes: Changes,
  { resOutputsEvent, diagnosticEvent, policyEvent, summaryEvent }: EngineEvent,
): void {
  if (summaryEvent !== undefined) {
    const { resourceChanges: all } = summaryEvent;
    const { create = 0, import: imported = 0, update = 0, replace = 0, delete: deleted = 0, same = 0 } = all;
    const created = create + imported;
    Object.assign(changes, { created, updated: update, replaced: replace, deleted, unchanged: same });
  }
  if (resOutputsEvent !== undefined) {
    const { op, urn, type, old, new: planned } = resOutputsEvent.metadata;
    // The engine counts no change of the stack's outputs, which an update saves.
    changes.isChanged ||=
      !idle.includes(op) ||
      (type === "pulumi:pulumi:Stack" && !isDeepStrictEqual(old?.outputs ?? {}, planned?.outputs ?? {}));
    const count = counts[op];
    if (count !== undefined) {
      changes[count] += 1;
    }
    if (op === "replace" || op === "delete") {
      changes.lost.push(urn.slice(urn.lastIndexOf("::") + 2));
    }
  }
  const error =
    diagnosticEvent?.severity === "error"
      ? diagnosticEvent.message
      : policyEvent?.enforcementLevel === "mandatory"
        ? `${policyEvent.policyName}: ${policyEvent.message}`
        : "";
  if (changes.error === "") {
    changes.error = getFirstLine(error);
  }
}

/**
 * The first line that says something, with the next one where it is a heading, without what the CLI puts before and into
 * it: "error: " and directives of color, such as "<{%fg 1%}>".
 */
export function getFirstLine(text: string): string {
  const lines = text.replaceAll(/<\{%.*?%\}>/g, "").split("\n");
  // The provider lists errors below their number.
  const texts = lines.map((line) => line.replace(/^[\s*]*(error: )?/, "").trimEnd());
  const [first = "", second = ""] = texts.filter((line) => !/^(\d+ errors? occurred:)?$/.test(line));
  // stacks/configuration-error.ts says how many errors there are before the first one.
  return /(:| has \d+ errors?\. Nothing was changed\.)$/.test(first) ? `${first} ${second}`.trimEnd() : first;
}

/** Formats the changes: "2 to create, 1 to replace"; without one of resources, "no changes" or that there are others. */
export function formatChanges(changes: Changes): string {
  const kinds = { created: "create", updated: "update", replaced: "replace", deleted: "delete" };
  const parts = Object.entries(kinds).flatMap(([count, verb]) =>
    changes[count as Count] === 0 ? [] : [`${changes[count as Count]} to ${verb}`],
  );
  const none = changes.isChanged ? "other changes, such as of outputs: see the log" : "no changes";
  return parts.length === 0 ? none : parts.join(", ");
}
