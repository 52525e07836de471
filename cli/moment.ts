const format = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;

/** Returns a moment; undefined if the text is not one in ISO 8601, with its time zone. */
export function parseTime(text: string): Date | undefined {
  const time = new Date(text);
  const [, day] = format.exec(text) ?? [];
  if (day === undefined || Number.isNaN(time.getTime())) {
    return undefined;
  }
  // Date takes 2026-02-31 for a day of March.
  return new Date(day).toISOString().startsWith(day) ? time : undefined;
}
