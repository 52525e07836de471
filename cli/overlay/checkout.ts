import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Platform } from "./numbers";

/** The files by which a checkout of the application is known. */
const landmarks = ["manage.py", "requirements.txt", "beo_datastore/settings.py", "beo_datastore/celery.py"];

/** Returns the files that a checkout of the application has, and this folder has not. */
export function findMissingLandmarks(checkout: string): string[] {
  return landmarks.filter((file) => !existsSync(join(checkout, file)));
}

/** Returns what a checkout has that its platform cannot run, and that no file of the overlay changes. */
export function findIncompatibilities(checkout: string, platform: Platform): string[] {
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
  ];
}
