import { getParameter, ownParameters, type Parameter, parameters } from "../components/database/parameters";
import { isTimeZone } from "../components/sleep-hours";
import {
  type Command,
  findClose,
  memberPath,
  placeholderCommand,
  removeCommand,
  setCommand,
} from "./commands";
import type { Deployment } from "./deployment";
import type { Problem } from "./configuration-error";
import type { CompleteSettings } from "./tiers";
import { isRecord } from "./validators";

const table = "components/postgres-parameters.json";

/** Checks the parameters of PostgreSQL against those that RDS lets its users set in the configured version. */
export function checkParameters({ database }: CompleteSettings): Problem[] {
  const major = parseInt(database.engineVersion);
  return Object.entries(database.parameters ?? {}).flatMap(([name, value]): Problem[] => {
    const key = memberPath("database.parameters", name);
    const own = ownParameters[name];
    const parameter = getParameter(name, major);
    if (own !== undefined) {
      return [{ key, message: `cannot be set. ${own}`, commands: replaceOwn(key, name, value) }];
    }
    if (parameter === undefined) {
      return [describeUnknown(key, name, value, major)];
    }
    const expected = describeValues(parameter);
    return isAllowed(parameter, value)
      ? []
      : [
          {
            key,
            message: `is "${value}". Expected ${expected}${takesFormula(parameter) ? ", or a formula of RDS" : ""}.`,
            commands: [correct(key, parameter, value)],
          },
        ];
  });
}

/** Whether a parameter can be set to a value in a major version of PostgreSQL. */
export function isParameter(name: string, value: string, major: number): boolean {
  const parameter = ownParameters[name] === undefined ? getParameter(name, major) : undefined;
  return parameter !== undefined && isAllowed(parameter, value);
}

/** The command that replaces a wrong value, by the right one where only one is meant. */
function correct(key: string, parameter: Parameter, value: string): Command {
  const { type, values = [] } = parameter;
  const booleans: Record<string, string> = { on: "1", true: "1", yes: "1", off: "0", false: "0", no: "0" };
  const [close, ...more] = type === "enum" ? findClose(value, values) : [];
  const meant = type === "bool" ? booleans[value.toLowerCase()] : more.length === 0 ? close : undefined;
  return meant === undefined
    ? placeholderCommand(key, describeValues(parameter), true)
    : setCommand(key, meant);
}

function replaceOwn(key: string, name: string, value: string): Command[] {
  const isSlowQuery = name === "log_min_duration_statement" && /^\d+$/.test(value);
  return [
    removeCommand(key),
    ...(isSlowQuery ? [setCommand("database.slowQueryMilliseconds", Number(value))] : []),
  ];
}

function describeUnknown(key: string, name: string, value: string, major: number): Problem {
  const versions = (parameters[name] ?? []).flatMap(({ majors }) => majors ?? []);
  const [first, last] = [versions[0], versions.at(-1)];
  if (first !== undefined && last !== undefined) {
    const range = first === last ? String(first) : `${first} to ${last}`;
    const message = `is a parameter of PostgreSQL ${range}, but database.engineVersion is ${major}. Remove it.`;
    return { key, message, commands: [removeCommand(key)] };
  }
  const known = Object.keys(parameters).filter((one) => getParameter(one, major) !== undefined);
  const [closest] = findClose(name, known);
  const hint =
    closest === undefined
      ? `See ${table} for all; if RDS has it by now, add it there.`
      : `Did you mean ${closest}?`;
  const message = `is not a parameter that RDS for PostgreSQL ${major} lets you set. ${hint}`;
  const rename = closest === undefined ? [] : [setCommand(memberPath("database.parameters", closest), value)];
  return { key, message, commands: [removeCommand(key), ...rename] };
}

function takesFormula({ type }: Parameter): boolean {
  return type === "integer";
}

/**
 * RDS User Guide, "Specifying DB parameters": {variable*integer/integer}, log of such, GREATEST, LEAST and SUM of formulas and
 * integers, and for booleans comparisons of these.
 */
const factors = String.raw`( *[*/] *\d+)*`;
const quotient = `(AllocatedStorage|DBInstanceClassMemory|DBInstanceVCPU|EndPointPort|TrueIfReplica)${factors}`;
const formula = String.raw`\{ *(${quotient}|log\(${quotient}\)${factors}) *\}`;
const operand = `(${formula}|-?\\d+)`;
const call = String.raw`([Gg][Rr][Ee][Aa][Tt][Ee][Ss][Tt]|[Ll][Ee][Aa][Ss][Tt]|[Ss][Uu][Mm])\( *${operand}( *, *${operand})* *\)`;
const integerFormula = new RegExp(`^(${formula}|${call})$`);
const comparison = new RegExp(`^"?(${operand}|${call}) *(>=?|<=?|=>|=<) *(${operand}|${call})"?$`);

function isAllowed({ type, min, max, values = [] }: Parameter, value: string): boolean {
  switch (type) {
    case "bool":
      return value === "0" || value === "1" || comparison.test(value);
    case "enum":
      return values.includes(value);
    case "list":
      return value.split(",").every((item) => values.includes(item.trim()));
    case "timezone":
      return isTimeZone(value);
    case "integer":
    case "real": {
      const pattern = type === "integer" ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/;
      const isInRange = Number(value) >= (min ?? -Infinity) && Number(value) <= (max ?? Infinity);
      return (pattern.test(value) && isInRange) || (type === "integer" && integerFormula.test(value));
    }
    default:
      return true;
  }
}

/** Completes "Expected …". */
function describeValues({ type, min, max, values = [], unit }: Parameter): string {
  if (type === "bool") {
    return "0 or 1";
  }
  if (type === "enum") {
    return `one of ${values.filter((value) => value !== "").join(", ")}`;
  }
  if (type === "list") {
    return `one or more of ${values.join(", ")}, separated by commas`;
  }
  if (type === "timezone") {
    return "an IANA time zone such as America/Los_Angeles";
  }
  const noun = type === "integer" ? "an integer" : "a number";
  const range = max === undefined ? `${noun} of ${min ?? 0} or more` : `${noun} from ${min ?? 0} to ${max}`;
  return unit === undefined ? range : `${range} (${unit}), without the unit`;
}

/** Warns of a change of static parameters, which RDS applies only with the next restart of the database. */
export function getRestartWarning(
  { database }: CompleteSettings,
  { resources }: Deployment,
): string | undefined {
  const major = parseInt(database.engineVersion);
  const find = (resource: string) => resources.find(({ name }) => name === resource)?.outputs;
  const { identifier } = find("beo-db-instance") ?? {};
  const group = find(`beo-db-postgres${major}`)?.parameters;
  if (typeof identifier !== "string" || !Array.isArray(group)) {
    return undefined;
  }
  const deployed = new Map(
    group.filter(isRecord).map(({ name, value }): [string, string] => [String(name), String(value)]),
  );
  const wanted = new Map(Object.entries(database.parameters ?? {}));
  const changed = [...new Set([...deployed.keys(), ...wanted.keys()])].filter(
    (name) =>
      ownParameters[name] === undefined &&
      getParameter(name, major)?.static === true &&
      deployed.get(name) !== wanted.get(name),
  );
  return changed.length === 0
    ? undefined
    : `database.parameters changes ${changed.sort().join(", ")}, which PostgreSQL reads at its start only. After the update, restart the database, which is unavailable for about a minute:\n    aws rds reboot-db-instance --db-instance-identifier ${identifier}`;
}
