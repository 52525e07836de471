/** A value of a column that may hold files. */
export interface ColumnValue {
  /** With its schema and table: public.customer_originfile.file. */
  column: string;
  file: string;
}

/** The files that a drill looks for. */
export interface FileSample {
  files: string[];
  /** Columns with some values that look like files, of which most do not. */
  leftOut: string[];
}

/**
 * A file in a folder: upload_to of the field is the folder. People name files, with spaces and in any script. An extension
 * without a letter would be that of a number, such as 7/2.5.
 */
const file = /^[^/:]+(\/[^/]+)*\/[^/]+\.(?=\d*[A-Za-z])[A-Za-z0-9]{1,10}$/;

/** Returns files that the database refers to, from each column in turn whose values mostly look like files. */
export function chooseFiles(values: readonly ColumnValue[], count: number): FileSample {
  const columns = new Map<string, string[]>();
  for (const { column, file: value } of values) {
    columns.set(column, [...(columns.get(column) ?? []), value]);
  }
  const candidates = [...columns].flatMap(([column, all]) => {
    const files = all.filter((value) => file.test(value));
    // Other text may look like a file, too.
    return files.length === 0 ? [] : [{ column, files, isChosen: files.length * 2 > all.length }];
  });
  const files = candidates
    .filter(({ isChosen }) => isChosen)
    .flatMap((candidate) => candidate.files.map((value, rank) => ({ value, rank })))
    .sort((one, other) => one.rank - other.rank)
    .slice(0, count)
    .map(({ value }) => value);
  return { files, leftOut: candidates.flatMap(({ column, isChosen }) => (isChosen ? [] : column)) };
}
