import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { shellWord } from "../../stacks/commands";
import type { Deployment } from "../state";
import { collect } from "./existing";
import type { Lock } from "./locks";

/** A version of the state that can be read. */
export interface StateVersion {
  /** Where it is, for people. */
  label: string;
  time: string;
  deployment: Deployment;
  /** Whether it is the state after a run that ended, not one within a run. */
  isFinal: boolean;
  /** Makes it the current state, and keeps a copy of what is there. */
  restore: string;
}

/** A completed run of the CLI. */
export interface CompletedRun {
  kind: string;
  result: string;
  /** Seconds since 1970. */
  endTime: number;
}

/** What a self-managed backend stores of a stack. */
export interface StoredStack {
  state: "good" | "missing" | "broken" | "unknown";
  locks: Lock[];
  /** The newest first. */
  versions: StateVersion[];
  /** The newest first. */
  runs: CompletedRun[];
  /** Removes files that keep the CLI from reading the state, and that it does not need. */
  removeAttributes?: string;
}

/** The files of a backend. */
interface Files {
  list: (prefix: string) => Promise<string[]>;
  read: (key: string) => Promise<Buffer | undefined>;
  /** The command that copies a file over the state, and keeps a copy of that. */
  restore: (from: string, to: string) => string;
  /** The command that removes what a killed process left of files that are beside those of a folder. */
  removeAttributes: (folders: string[]) => string | undefined;
  /** Older versions of a file that the storage keeps. */
  olderVersions: (key: string) => Promise<{ label: string; content: Buffer; restore: string }[]>;
}

/** Older runs say nothing about the current state. */
const inspectedRuns = 20;

/**
 * Reads what the backend stores of a stack, without the CLI, which fails if the state is broken. Of other backends, such
 * as Pulumi Cloud, only the CLI can read.
 */
export async function readStoredStack(
  url: string,
  project: string,
  stack: string,
  s3: S3Client,
): Promise<StoredStack> {
  const files = createFiles(url, s3);
  if (files === undefined) {
    return { state: "unknown", locks: [], versions: [], runs: [] };
  }
  const stacks = `.pulumi/stacks/${project}/`;
  const runs = `.pulumi/history/${project}/${stack}/`;
  const locked = getLockFolder(project, stack);
  const current = (await files.list(stacks)).find((key) =>
    [`${stack}.json`, `${stack}.json.gz`].includes(key.replace(/^.*\//, "")),
  );
  const key = current ?? `${stacks}${stack}.json`;
  const content = current === undefined ? undefined : await files.read(current);
  const history = (await files.list(runs)).sort().reverse();
  const backups = [`${key}.bak`, ...history.filter((file) => /\.checkpoint\.json(\.gz)?$/.test(file))];
  const copies = await Promise.all(
    backups.slice(0, inspectedRuns).map(async (from) => ({
      label: from,
      content: await files.read(from),
      restore: files.restore(from, key),
    })),
  );
  const versions = [...copies, ...(await files.olderVersions(key))].flatMap(
    ({ label, content: version, restore }): StateVersion[] => {
      const deployment = parseCheckpoint(version);
      return deployment === undefined
        ? []
        : [
            {
              label,
              restore,
              deployment,
              isFinal: label.startsWith(".pulumi/history/"),
              time: deployment.manifest?.time ?? "",
            },
          ];
    },
  );
  return {
    state: content === undefined ? "missing" : parseCheckpoint(content) === undefined ? "broken" : "good",
    locks: await readAll<Lock>(files, await files.list(locked)),
    versions: versions.sort((a, b) => Date.parse(b.time) - Date.parse(a.time)),
    runs: await readAll<CompletedRun>(
      files,
      history.filter((file) => /\.history\.json(\.gz)?$/.test(file)).slice(0, inspectedRuns),
    ),
    removeAttributes: files.removeAttributes([stacks, runs, locked]),
  };
}

/** Reads who holds locks of a stack; none where only the CLI can read. */
export async function readLocks(url: string, project: string, stack: string, s3: S3Client): Promise<Lock[]> {
  const files = createFiles(url, s3);
  return files === undefined ? [] : readAll<Lock>(files, await files.list(getLockFolder(project, stack)));
}

function getLockFolder(project: string, stack: string): string {
  return `.pulumi/locks/organization/${project}/${stack}/`;
}

/** Returns the deployment of a state file; undefined if the file is missing, truncated or something else. */
export function parseCheckpoint(content: Buffer | undefined): Deployment | undefined {
  const file = parseJson(content) as { checkpoint?: { latest?: Deployment | null } } | undefined;
  const { checkpoint } = file ?? {};
  // A new stack has no deployment yet.
  return checkpoint === undefined ? undefined : (checkpoint.latest ?? {});
}

function parseJson(content: Buffer | undefined): unknown {
  try {
    const text = content?.[0] === 0x1f ? gunzipSync(content) : content;
    return JSON.parse(text?.toString() ?? "") as unknown;
  } catch {
    return undefined;
  }
}

async function readAll<T>(files: Files, keys: string[]): Promise<T[]> {
  const contents = await Promise.all(keys.map((key) => files.read(key)));
  return contents.flatMap((content) => (parseJson(content) as T | undefined) ?? []);
}

function createFiles(url: string, s3: S3Client): Files | undefined {
  const [, scheme, rest = ""] = /^(file|s3):\/\/(.*)$/.exec(url) ?? [];
  return scheme === "file"
    ? createLocalFiles(url)
    : scheme === "s3"
      ? createBucketFiles(rest, s3)
      : undefined;
}

function createLocalFiles(url: string): Files {
  const home = (path: string) => path.replace(/^~/, process.env.HOME ?? "~");
  const root = url.startsWith("file:///") ? fileURLToPath(url.replace(/\?.*$/, "")) : home(url.slice(7));
  const list = (prefix: string) =>
    existsSync(join(root, prefix)) ? readdirSync(join(root, prefix)).map((name) => prefix + name) : [];
  // Each file has another one with its content type beside it. The CLI reads a file without that, and fails if it is
  // damaged: https://github.com/google/go-cloud/blob/v0.40.0/blob/fileblob/attrs.go
  const isAttributes = (key: string) => key.endsWith(".attrs");
  return {
    list: (prefix) => Promise.resolve(list(prefix).filter((key) => !isAttributes(key))),
    removeAttributes: (folders) => {
      const damaged = folders
        .flatMap(list)
        .filter((key) => isAttributes(key) && parseJson(readFileSync(join(root, key))) === undefined);
      return damaged.length === 0
        ? undefined
        : `rm ${damaged.map((key) => shellWord(join(root, key))).join(" ")}`;
    },
    read: (key) => Promise.resolve(existsSync(join(root, key)) ? readFileSync(join(root, key)) : undefined),
    restore: (from, to) => {
      const [source, target] = [from, to].map((key) => shellWord(join(root, key)));
      const keep = existsSync(join(root, to)) ? `cp ${target} ${target}.before-recovery && ` : "";
      return `${keep}cp ${source} ${target}`;
    },
    olderVersions: () => Promise.resolve([]),
  };
}

function createBucketFiles(location: string, s3: S3Client): Files {
  const [, Bucket = "", path = ""] = /^([^/?]+)\/?([^?]*)/.exec(location) ?? [];
  const prefix = path === "" ? "" : `${path.replace(/\/$/, "")}/`;
  const read = async (Key: string, VersionId?: string) => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: prefix + Key, VersionId }));
      return Body && Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if ((error as Error).name === "NoSuchKey") {
        return undefined;
      }
      throw error;
    }
  };
  return {
    list: async (folder) => {
      const pages = paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: prefix + folder });
      const objects = await collect(pages, ({ Contents }) => Contents);
      return objects.map(({ Key = "" }) => Key.slice(prefix.length));
    },
    read,
    restore: (from, to) =>
      `aws s3 cp ${[from, to].map((key) => shellWord(`s3://${Bucket}/${prefix}${key}`)).join(" ")}`,
    removeAttributes: () => undefined,
    olderVersions: async (key) => {
      const { Versions = [] } = await s3.send(
        new ListObjectVersionsCommand({ Bucket, Prefix: prefix + key, MaxKeys: 50 }),
      );
      return Promise.all(
        Versions.filter(({ Key, IsLatest }) => Key === prefix + key && !IsLatest).map(
          async ({ VersionId = "" }) => ({
            label: `${key}, version ${VersionId}`,
            content: (await read(key, VersionId)) ?? Buffer.alloc(0),
            restore: `aws s3api copy-object --bucket ${Bucket} --key ${shellWord(prefix + key)} --copy-source ${shellWord(`${Bucket}/${prefix}${key}?versionId=${VersionId}`)}`,
          }),
        ),
      );
    },
  };
}
