import { type ResourceRule } from "../rule";
import { types } from "../types";
import { at, isText, textsOf } from "../values";

/** Resources say whose they are. */
export const rule: ResourceRule = {
  name: "resources-are-tagged",
  description: "Resources say whose they are.",
  severity: "low",
  level: "mandatory",
  controls: [],
  remediation: "Set the tags.",
  url: "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
  reads: ["tags.Project", "tags.Environment", "tags.ManagedBy"],
  settings: {
    tags: {
      type: "array",
      items: { type: "string" },
      default: ["Project", "Environment", "ManagedBy"],
      description: "Tags that have to be there",
    },
  },
  types: types.tagged,
  check(resource, demand, context) {
    for (const tag of textsOf(context.setting("tags"))) {
      demand(() => isText(at(resource.props, `tags.${tag}`)), `tags has to have ${tag}.`);
    }
  },
};
