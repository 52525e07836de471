import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type OverlayFile, readOverlay } from "./files";
import { getNumbers, type Platform } from "./numbers";
import { findExisting } from "./repository";

/** The files by which a checkout of the application is known. */
const landmarks = ["manage.py", "requirements.txt", "beo_datastore/settings.py", "beo_datastore/celery.py"];

/** Returns the files that a checkout of the application has, and this folder has not. */
export function findMissingLandmarks(checkout: string): string[] {
  return landmarks.filter((file) => !existsSync(join(checkout, file)));
}

/** Returns what a checkout has that prevents its deployment on a platform, and that no file of the overlay changes. */
export function findIncompatibilities(
  checkout: string,
  platform: Platform,
  overlay: readonly OverlayFile[],
): string[] {
  const requirements = readFileSync(join(checkout, "requirements.txt"), "utf8");
  const [, django] = /^Django==([12]\.[\d.]+|3\.[01][\d.]*)/im.exec(requirements) ?? [];
  return [
    ...(platform === "python" && django !== undefined
      ? [
          `requirements.txt pins Django ${django}, which does not run on the platform's Python 3.11 or newer. Use --platform docker, or upgrade the requirements.`,
        ]
      : []),
    ...(platform === "docker" && existsSync(join(checkout, "Dockerrun.aws.json"))
      ? ["Dockerrun.aws.json is for environments without Docker Compose. Remove it."]
      : []),
    // The image of the proxy has only the overlay's file.
    ...(platform === "python" ? findDuplicateDirectives(checkout, overlay) : []),
    ...findOwnCommands(checkout, overlay),
    ...findOtherPlatform(checkout, platform, overlay),
  ];
}

/** Reports files of the overlay for the other platform. */
function findOtherPlatform(checkout: string, platform: Platform, overlay: readonly OverlayFile[]): string[] {
  const other = platform === "docker" ? "python" : "docker";
  const paths = readOverlay(other, getNumbers())
    .map(({ path }) => path)
    .filter((path) => !overlay.some((file) => file.path === path));
  const left = findExisting(checkout, paths);
  return left.length === 0
    ? []
    : [`${left.join(", ")}: for the ${other} platform, not for ${platform}. Delete what is left of it.`];
}

/** Reports directives that the overlay also sets for nginx, which rejects duplicates and does not start. */
function findDuplicateDirectives(checkout: string, overlay: readonly OverlayFile[]): string[] {
  const folder = ".platform/nginx/conf.d";
  const set = overlay
    .filter(({ path }) => path.startsWith(folder))
    .flatMap(({ content }) => getDirectives(content));
  return readOwnFiles(checkout, folder, ".conf", overlay).flatMap(({ path, text }) => {
    const duplicates = getDirectives(text).filter((directive) => set.includes(directive));
    return duplicates.length === 0
      ? []
      : [
          `${path} sets ${duplicates.join(", ")}, as ${folder}/beo.conf does. nginx rejects duplicates and does not start. Remove them from ${path}.`,
        ];
  });
}

/** Returns the names of the directives outside blocks such as `server`, where duplicates collide. */
function getDirectives(configuration: string): string[] {
  let text = configuration.replaceAll(/#.*/g, "");
  for (let outer = ""; outer !== text;) {
    outer = text;
    text = text.replaceAll(/[^;{}]*\{[^{}]*\}/g, "");
  }
  return [...text.matchAll(/(\w+)[^;]*;/g)].map(([, name = ""]) => name);
}

/** Reports .ebextensions that do what the overlay or the environment does. */
function findOwnCommands(checkout: string, overlay: readonly OverlayFile[]): string[] {
  return readOwnFiles(checkout, ".ebextensions", ".config", overlay).flatMap(({ path, text: full }) => {
    const text = full.replaceAll(/^\s*#.*/gm, "");
    const [command] = /\b(migrate|collectstatic)\b/.exec(text) ?? [];
    return [
      ...(command === undefined
        ? []
        : [
            `${path} runs ${command}, as beanstalk/run does at each deployment. Remove the command from ${path}.`,
          ]),
      ...(/(^|[\s"'{])WORKER["']?\s*[:=]|option_name["']?\s*:\s*["']?WORKER\b/m.test(text)
        ? [
            `${path} sets WORKER, which the infrastructure sets to tell the worker environment from the web environment. Remove it from ${path}.`,
          ]
        : []),
    ];
  });
}

/** Reads the files of a folder that are not the overlay's. */
function readOwnFiles(checkout: string, folder: string, ending: string, overlay: readonly OverlayFile[]) {
  const names = existsSync(join(checkout, folder)) ? readdirSync(join(checkout, folder)).sort() : [];
  return names
    .map((name) => `${folder}/${name}`)
    .filter((path) => path.endsWith(ending) && !overlay.some((file) => file.path === path))
    .map((path) => ({ path, text: readFileSync(join(checkout, path), "utf8") }));
}
