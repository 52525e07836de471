import { type ResourceRule } from "../rule";
import { types } from "../types";
import { at } from "../values";

/** An environment has no tag Name: Elastic Beanstalk sets that itself, and refuses. */
export const rule: ResourceRule = {
  name: "eb-has-no-name-tag",
  description: "An environment has no tag Name: Elastic Beanstalk sets that itself, and refuses.",
  severity: "low",
  level: "mandatory",
  controls: [],
  remediation: "Remove the tag Name.",
  url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.tagging.html",
  reads: ["!tags.Name"],
  types: types.environment,
  check(resource, demand) {
    const { props } = resource;
    demand(() => at(props, "tags.Name") === undefined, "tags must not have Name.");
  },
};
