import type { Step } from "../preview";
import type { Drift } from "./drift";
import { type Loss, losses, otherLoss, replaceableTypes } from "./losses";
import { formatLabel, getType, toComment } from "./resources";

/**
 * Whether an update would create what the state does not have, and this is no drift. Two causes look the same: the program was
 * changed and not deployed, or the resource was deleted by hand, and `pulumi refresh` has removed it from the state. It is no
 * drift where the first one is certain, as its component is new too, or where little depends on the resource.
 */
export function isPending({ op, urn, newState }: Step, isInState: (urn: string) => boolean): boolean {
  if (op !== "create" || isInState(urn)) {
    return false;
  }
  const { parent = "" } = newState ?? {};
  const isOfNewComponent = getType(parent).startsWith("beo:") && !isInState(parent);
  return isOfNewComponent || !matters(getLoss(urn));
}

/** Whether the loss of a resource is urgent. Of types without a description it is not known. */
function matters(loss: Omit<Loss, "pattern">): boolean {
  return loss !== otherLoss && ["critical", "high"].includes(loss.severity);
}

/** Whether `pulumi up --refresh` would neither destroy the resource nor create an empty one in place of data. */
export function isHarmless({ op, urn }: Step): boolean {
  switch (op) {
    case "create":
      return !getLoss(urn).losesData;
    case "replace":
      return isReplaceable(urn);
    default:
      return op !== "delete";
  }
}

/** Whether nothing is lost while a new resource takes the place of this one. */
export function isReplaceable(urn: string): boolean {
  return replaceableTypes.test(getProviderType(urn));
}

/** Describes that a resource of the program is missing. */
export function describeMissing({ urn }: Step, undo: string[], wasInState: boolean): Drift {
  const { severity, meaning, losesData, isOptional } = getLoss(urn);
  return {
    urn,
    action: "create",
    ...(wasInState
      ? { severity, message: `${formatLabel(urn)} does not exist in AWS`, meaning }
      : {
          severity: isOptional && severity === "critical" ? "high" : severity,
          message: `${formatLabel(urn)} is not in the state`,
          meaning: `${unknownCause} If it was deleted: ${meaning}`,
        }),
    undo: losesData
      ? [
          "# Restore the data: docs/restoring.md. pulumi up would create an EMPTY one:",
          toComment(undo.join("")),
        ]
      : undo,
    keep: [],
  };
}

const unknownCause =
  "It was added by a change of the program or its configuration that was not deployed, or deleted by hand and then removed from the state, as `pulumi refresh` does.";

export function getLoss(urn: string): Omit<Loss, "pattern"> {
  const subject = `${getProviderType(urn)} ${urn.replace(/^.*::/, "")}`;
  return losses.find(({ pattern }) => pattern.test(subject)) ?? otherLoss;
}

const getProviderType = (urn: string) => getType(urn).replace(/^aws:/, "");
