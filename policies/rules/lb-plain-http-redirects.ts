import { type ResourceRule } from "../rule";
import { types } from "../types";
import { at, listOf } from "../values";

/** A listener for plain HTTP only redirects to HTTPS. */
export const rule: ResourceRule = {
  name: "lb-plain-http-redirects",
  description: "A listener for plain HTTP only redirects to HTTPS.",
  severity: "medium",
  level: "mandatory",
  controls: ["ELB.1"],
  remediation: "Give the listener one default action, a redirect to HTTPS.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1",
  reads: ["defaultActions.0.type", "defaultActions.0.redirect.protocol"],
  types: types.listener,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () =>
        props.protocol === "HTTPS" ||
        (listOf(props.defaultActions).length > 0 &&
          listOf(props.defaultActions).every(
            (action) => action.type === "redirect" && at(action, "redirect.protocol") === "HTTPS",
          )),
      "defaultActions of a listener without HTTPS have to redirect to HTTPS.",
    );
  },
};
