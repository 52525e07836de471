import { type Props, type ResourceRule } from "../rule";
import { types } from "../types";
import { listOf } from "../values";

function isForced(props: Props): boolean {
  const forced = listOf(props.parameters).find(({ name }) => name === "rds.force_ssl");
  const major = Number(String(props.family).replace("postgres", ""));
  return forced === undefined ? major >= 15 : String(forced.value) === "1";
}

/** A PostgreSQL database takes connections over TLS only. */
export const rule: ResourceRule = {
  name: "rds-demands-tls",
  description: "A PostgreSQL database takes connections over TLS only.",
  severity: "medium",
  level: "mandatory",
  controls: ["RDS.38"],
  remediation: "Set the parameter rds.force_ssl to 1.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-38",
  reads: ["parameters"],
  types: types.parameterGroup,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => !String(props.family).startsWith("postgres") || isForced(props),
      "rds.force_ssl has to be 1 (from PostgreSQL 15 on that is the default).",
    );
  },
};
