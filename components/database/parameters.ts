import * as pulumi from "@pulumi/pulumi";
import table from "../postgres-parameters.json";
import type { DatabaseInstanceArgs } from "./settings";

/** What PostgreSQL says of a parameter (pg_settings), in a range of major versions. */
export interface Parameter {
  /** The first and the last major version; missing for all. */
  majors?: number[];
  type: string;
  min?: number;
  max?: number;
  values?: string[];
  unit?: string;
  /** Whether it takes effect only with a restart. */
  static?: boolean;
}

/** Every parameter that RDS lets its users set, by name. */
export const parameters: Readonly<Record<string, readonly Parameter[] | undefined>> = table.parameters;

/** Returns what is known of a parameter in a major version; undefined if it does not exist or RDS sets it. */
export function getParameter(name: string, major: number): Parameter | undefined {
  const variants = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  return variants?.find(({ majors: [first = 0, last = Infinity] = [] }) => first <= major && major <= last);
}

/** The parameters that the program sets itself, and what sets them. */
export const ownParameters: Readonly<Record<string, string | undefined>> = {
  "rds.force_ssl": "The program sets it to 1: every connection uses TLS.",
  log_min_duration_statement: "Set database.slowQueryMilliseconds instead.",
};

interface GroupParameter {
  name: string;
  value: pulumi.Input<string>;
  applyMethod: "immediate" | "pending-reboot";
}

/** Returns the parameters of an instance's parameter group: those of the arguments, and the program's own. */
export function getParameters({
  parameters: given = {},
  slowQueryMilliseconds,
  engineVersion,
}: Pick<DatabaseInstanceArgs, "parameters" | "slowQueryMilliseconds"> & {
  engineVersion: string;
}): GroupParameter[] {
  const major = parseInt(engineVersion);
  return [
    // A static parameter: with "immediate" every preview would show a difference.
    { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
    ...(slowQueryMilliseconds === undefined
      ? []
      : [
          createParameter(
            "log_min_duration_statement",
            pulumi.output(slowQueryMilliseconds).apply(String),
            major,
          ),
        ]),
    ...Object.entries(given)
      .filter(([name]) => ownParameters[name] === undefined)
      .map(([name, value]) => createParameter(name, value, major)),
  ];
}

/** RDS refuses to apply a static parameter at once. One that is not known takes effect with the next restart, too. */
function createParameter(name: string, value: pulumi.Input<string>, major: number): GroupParameter {
  const known = getParameter(name, major);
  return { name, value, applyMethod: known === undefined || known.static ? "pending-reboot" : "immediate" };
}
