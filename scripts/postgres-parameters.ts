import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Writes components/postgres-parameters.json from PostgreSQL itself, for each major version:
 *
 *     node --require ./preload.js scripts/postgres-parameters.ts /usr/lib/postgresql/17/bin /usr/lib/postgresql/18/bin …
 *
 * The folders have postgres, initdb and pg_ctl with the contrib modules; psql is the one on PATH.
 */
interface Setting {
  name: string;
  category: string;
  context: string;
  vartype: string;
  min_val: string | null;
  max_val: string | null;
  enumvals: string[] | null;
  unit: string | null;
}

/** What is known of a parameter in some major versions, in the form of components/postgres-parameters.json. */
interface Variant {
  majors?: [number, number];
  type: string;
  min?: number;
  max?: number;
  values?: string[];
  unit?: string;
  static?: true;
}

/** Categories of pg_settings that RDS sets itself: the server's files, sockets, certificates and recovery. */
const categories = new RegExp(
  [
    "^File Locations",
    "^Developer Options",
    "^Error Handling",
    "^Connections and Authentication / (Connection Settings|SSL|Authentication)",
    "^Replication / (Primary Server|Standby Servers)",
    "^Reporting and Logging / Where to Log",
    "^Write-Ahead Log / (Archiving|Archive Recovery|Recovery|Summarization)",
  ].join("|"),
);
/** Parameters of these categories that RDS lets its users set (describe-db-parameters, IsModifiable). */
const modifiable = [
  ...["max_connections", "authentication_timeout", "password_encryption", "scram_iterations"],
  ...["ssl_ciphers", "ssl_max_protocol_version", "ssl_min_protocol_version"],
  ...["hot_standby_feedback", "max_standby_archive_delay", "max_standby_streaming_delay"],
  ...["wal_receiver_status_interval", "wal_receiver_timeout", "wal_receiver_create_temp_slot"],
  ...["log_destination", "log_filename", "log_rotation_age", "log_rotation_size"],
];
/** Parameters of other categories that it does not. */
const fixed = [
  ...["allow_alter_system", "cluster_name", "dynamic_library_path", "dynamic_shared_memory_type"],
  ...["extension_control_path", "fsync", "full_page_writes", "jit_provider", "lc_messages", "log_timezone"],
  ...["shared_memory_type", "stats_temp_directory", "temp_tablespaces", "wal_init_zero", "wal_level"],
  ...["wal_log_hints", "wal_recycle", "wal_sync_method"],
];
/** Values that RDS's builds have and others may lack. */
const moreValues: Record<string, string[]> = {
  default_toast_compression: ["lz4"],
  wal_compression: ["lz4", "zstd"],
};

/** Where RDS allows other values than PostgreSQL (describe-db-parameters, AllowedValues). */
const changes: Record<string, Partial<Variant>> = {
  max_connections: { min: 6 },
  shared_preload_libraries: {
    type: "list",
    values: [
      ...["auto_explain", "orafce", "pg_bigm", "pg_cron", "pg_hint_plan", "pg_overexplain", "pg_prewarm"],
      ...["pg_similarity", "pg_stat_monitor", "pg_stat_statements", "pg_tle", "pg_transport", "pgaudit"],
      ...["pglogical", "plprofiler", "plrust"],
    ],
  },
  timezone: { type: "timezone" },
};

const levels = "disabled debug5 debug4 debug3 debug2 debug1 info notice warning error log fatal panic".split(
  " ",
);
const pgaudit = (name: string, variant: Variant) => [`pgaudit.${name}`, [variant]] as const;
const flag: Variant = { type: "bool" };
const text: Variant = { type: "string" };
/** What PostgreSQL does not know: the RDS User Guide, "Working with parameters on your RDS for PostgreSQL DB instance" ff. */
const ownParameters: Record<string, Variant[]> = {
  "rds.accepted_password_auth_method": [{ type: "enum", values: ["md5+scram", "scram"] }],
  "rds.adaptive_autovacuum": [flag],
  "rds.allowed_extensions": [text],
  "rds.custom_dns_resolution": [{ ...flag, static: true }],
  "rds.force_admin_logging_level": [{ type: "enum", values: levels }],
  "rds.force_autovacuum_logging_level": [{ type: "enum", values: levels }],
  "rds.log_retention_period": [{ type: "integer", min: 1440, max: 10080, unit: "min" }],
  "rds.logical_replication": [{ ...flag, static: true }],
  "rds.pg_stat_ramdisk_size": [{ type: "integer", min: 0, max: 1024, unit: "MB", static: true }],
  "rds.rds_superuser_reserved_connections": [{ type: "integer", min: 0, max: 8388607, static: true }],
  "rds.restrict_password_commands": [{ ...flag, static: true }],
  "cron.database_name": [{ ...text, static: true }],
  "cron.log_run": [{ ...flag, static: true }],
  "cron.log_statement": [{ ...flag, static: true }],
  "cron.max_running_jobs": [{ type: "integer", min: 5, max: 100, static: true }],
  "cron.use_background_workers": [{ ...flag, static: true }],
  ...Object.fromEntries([
    pgaudit("log", text),
    pgaudit("log_catalog", flag),
    pgaudit("log_level", { type: "enum", values: levels.slice(1, 11) }),
    pgaudit("log_parameter", flag),
    pgaudit("log_relation", flag),
    pgaudit("log_rows", flag),
    pgaudit("log_statement_once", flag),
    pgaudit("role", text),
  ]),
};

/** Reads pg_settings of a server that is started for it, on a socket of its own. */
function readSettings(bin: string): { major: number; settings: Setting[] } {
  const folder = mkdtempSync(join(tmpdir(), "postgres-parameters-"));
  const data = join(folder, "data");
  // PostgreSQL does not run as root.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (user.uid !== undefined) {
    chownSync(folder, user.uid, user.gid);
  }
  const env = { ...process.env, LD_LIBRARY_PATH: join(bin, "../lib"), LC_ALL: "C" };
  const run = (command: string, ...args: string[]) =>
    execFileSync(join(bin, command), args, { ...user, cwd: folder, env, stdio: "ignore" });
  run("initdb", "--pgdata", data, "--auth", "trust", "--username", "postgres");
  const options = `-h "" -k ${folder} -c shared_preload_libraries=auto_explain,pg_stat_statements`;
  run("pg_ctl", "--pgdata", data, "--log", join(folder, "log"), "--wait", "-o", options, "start");
  try {
    const query = "SELECT json_agg(s) FROM pg_settings s WHERE context <> 'internal'";
    const psql = ["--host", folder, "--username", "postgres", "--no-psqlrc", "--tuples-only", "--no-align"];
    const json = execFileSync("psql", [...psql, "--command", query], { encoding: "utf8" });
    const settings = (JSON.parse(json) as Setting[]).map((one) => ({ ...one, name: one.name.toLowerCase() }));
    return { major: parseInt(readFileSync(join(data, "PG_VERSION"), "utf8")), settings };
  } finally {
    run("pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop");
    rmSync(folder, { recursive: true });
  }
}

function isModifiable({ name, category }: Setting): boolean {
  return modifiable.includes(name) || !(categories.test(category) || fixed.includes(name));
}

function toVariant({ name, context, vartype, min_val: min, max_val: max, enumvals, unit }: Setting): Variant {
  return {
    type: vartype,
    ...(min !== null && { min: Number(min) }),
    // The largest number of all is no limit.
    ...(max !== null && Number(max) < 1e300 && { max: Number(max) }),
    ...(enumvals !== null && { values: [...new Set([...enumvals, ...(moreValues[name] ?? [])])] }),
    ...(unit !== null && { unit }),
    ...(context === "postmaster" && { static: true }),
    ...changes[name],
  };
}

/** Joins what is the same in consecutive major versions. */
function joinVersions(found: { major: number; variant: Variant }[], all: number[]): Variant[] {
  const ranges: { first: number; last: number; variant: Variant }[] = [];
  for (const { major, variant } of found) {
    const range = ranges.at(-1);
    if (range?.last === major - 1 && JSON.stringify(range.variant) === JSON.stringify(variant)) {
      range.last = major;
    } else {
      ranges.push({ first: major, last: major, variant });
    }
  }
  return ranges.map(({ first, last, variant }) =>
    first === all[0] && last === all.at(-1) ? variant : { majors: [first, last], ...variant },
  );
}

const versions = process.argv.slice(2).map(readSettings);
versions.sort((one, other) => one.major - other.major);
const majors = versions.map(({ major }) => major);
const names = [
  ...new Set(versions.flatMap(({ settings }) => settings.filter(isModifiable).map(({ name }) => name))),
];
const parameters = Object.fromEntries(
  names.map((name) => {
    const found = versions.flatMap(({ major, settings }) =>
      settings.filter((one) => one.name === name).map((one) => ({ major, variant: toVariant(one) })),
    );
    return [name, joinVersions(found, majors)];
  }),
);
const all = Object.entries({ ...parameters, ...ownParameters }).sort(([one], [other]) =>
  one < other ? -1 : 1,
);
const lines = all.map(([name, variants]) => `    ${JSON.stringify(name)}: ${JSON.stringify(variants)}`);
const source = `PostgreSQL ${majors.join(", ")} (pg_settings) and the RDS User Guide, by scripts/postgres-parameters.ts`;
const file = join(__dirname, "../components/postgres-parameters.json");
writeFileSync(
  file,
  `{\n  "source": ${JSON.stringify(source)},\n  "majors": ${JSON.stringify(majors)},\n  "parameters": {\n${lines.join(",\n")}\n  }\n}\n`,
);
