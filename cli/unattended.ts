const maxUnattendedHours = 24;

/** What --yes goes on with, in words. */
export const unattendedLimit = `the last ${maxUnattendedHours} hours`;

/** Whether what an interrupted command created is too old to go on with, where no person decides. */
export function isTooOldUnattended(created: Date, now: Date): boolean {
  return now.getTime() - created.getTime() > maxUnattendedHours * 60 * 60 * 1000;
}
