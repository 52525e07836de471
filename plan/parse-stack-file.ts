import { type Document, isScalar, LineCounter, parseDocument, visit, type YAMLParseError } from "yaml";
import { isRecord } from "../stacks/validators";
import { hasPart, isEncrypted } from "./encrypted-values";
import { UserError } from "./user-error";

/** A stack file that the engine cannot parse, or would parse differently. */
export class StackFileError extends UserError {
  constructor(readonly messages: readonly string[]) {
    super(messages.join("\n"));
  }
}

/** What a stack file contains. */
export interface StackFileContent {
  config?: Record<string, unknown>;
  environment?: unknown;
}

const maxDepth = 20;
const isTooDeep = `is nested deeper than ${maxDepth} levels.`;
/** The top-level keys that the CLI writes to a stack file. */
const topLevelKeys = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

/**
 * Parses a stack file.
 *
 * @throws StackFileError that names the file and the lines.
 */
export function parseStackFile(name: string, bytes: Uint8Array): StackFileContent {
  const text = decode(name, bytes);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const getLine = (offset: number) => lines.linePos(offset).line;
  const at = (offset: number) => `${name}, line ${getLine(offset)}`;
  const messages = chooseErrors(document.errors).map(
    (error) => `${at(error.pos[0])}: ${describeError(error, document, getLine)}`,
  );
  const report = (message: string, range: readonly number[] | null = null) =>
    messages.push(`${at(range?.[0] ?? 0)}: ${message}`);
  visit(document, {
    Scalar: (_, { source = "", type, range }) => {
      if (type === "PLAIN" && isAmbiguous(source)) {
        report(
          `${source} is ambiguous in YAML. Quote a string; write a number without a leading 0 or underscores.`,
          range,
        );
      }
    },
    // No setting is nested deeper than four levels. The parsers fail from some thousands on.
    Collection: (_, { range }, { length }) => {
      if (length > 2 * maxDepth) {
        report(isTooDeep, range);
        return visit.BREAK;
      }
    },
  });
  const content = messages.length > 0 ? {} : toContent(document, report);
  if (!isRecord(content)) {
    messages.push(`${name}: expected a mapping with the key config.`);
  } else if (!isRecord(content.config ?? {})) {
    messages.push(
      `${name}: config is ${describeType(content.config)}. Expected a mapping of keys to values.`,
    );
  }
  for (const key of isRecord(content)
    ? Object.keys(content).filter((part) => !topLevelKeys.includes(part))
    : []) {
    messages.push(`${name}: ${key} is outside config, where it is ignored. Move it under config.`);
  }
  if (isRecord(content) && lacksKey(content)) {
    messages.push(
      `${name}: encryptionsalt is missing, which decrypts the secrets in this file. Restore the line from Git: git log -p -- ${name}. Run no other command of Pulumi before: it would write a new line, which does not decrypt them.`,
    );
  }
  if (messages.length > 0) {
    throw new StackFileError(messages);
  }
  return content as StackFileContent;
}

/** Whether a file has secrets that a passphrase or a KMS key encrypts, and not what decrypts them. Pulumi Cloud needs none. */
function lacksKey({ config, encryptionsalt, encryptedkey }: Record<string, unknown>): boolean {
  const isOwn = (part: unknown) => isEncrypted(part) && part.secure.startsWith("v1:");
  return encryptionsalt === undefined && encryptedkey === undefined && hasPart(config, isOwn);
}

/** Returns what a document contains. Aliases of aliases can stand for more than fits into the memory. */
function toContent(document: Document, report: (message: string) => void): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    report(
      `${error instanceof Error ? error.message : String(error)}. Write the values without aliases (*).`,
    );
    return {};
  }
}

/** Octal numbers, numbers with underscores and dates: the YAML parsers of the engine and of the plan differ. */
function isAmbiguous(source: string): boolean {
  return /^[-+]?0\d+$|^[-+]?\d[\d_]*_[\d_]*$|^\d{4}-\d\d?-\d\d?([Tt ].*)?$/.test(source);
}

const describeType = (value: unknown) => (Array.isArray(value) ? "a list" : `a ${typeof value}`);

/** Decodes a file. Editors of Windows may save UTF-16, where every other byte of such a text is 0. */
function decode(name: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) {
      return text;
    }
  } catch {
    // The message below says it.
  }
  throw new StackFileError([`${name} is not encoded in UTF-8. Save it as UTF-8.`]);
}

/** What the parser says of an error. */
type ParseError = Pick<YAMLParseError, "code" | "message" | "pos">;

/** One wrong character makes the parser misread what follows: only the first such error counts. */
function chooseErrors(errors: readonly ParseError[]): readonly ParseError[] {
  const first = errors.find(({ code }) => code !== "DUPLICATE_KEY");
  return first === undefined ? errors : [first];
}

/** Says what is wrong and what was expected. The parser's own message is for what people rarely write. */
function describeError(
  { code, message, pos: [offset] }: ParseError,
  document: Document.Parsed,
  getLine: (offset: number) => number,
): string {
  switch (code) {
    case "TAB_AS_INDENT":
      return "a tab is used as indentation. Expected spaces.";
    case "MULTIPLE_DOCS":
      return "a second YAML document begins. Expected one: remove the line ---.";
    case "DUPLICATE_KEY":
      return describeDuplicate(document, offset, getLine);
    default:
      // The parser calls itself for each level.
      return message.includes("call stack") ? isTooDeep : `not valid YAML: ${message.replace(/\.$/, "")}.`;
  }
}

/** Names the key at an offset, and the line that has it first. */
function describeDuplicate(
  document: Document.Parsed,
  offset: number,
  getLine: (offset: number) => number,
): string {
  let text = "";
  visit(document, {
    Map: (_, { items }) => {
      const keys = items.map(({ key }) => key).filter((key) => isScalar(key));
      const duplicate = keys.find(({ range }) => range?.[0] === offset);
      const first = keys.find(({ value }) => value === duplicate?.value);
      if (duplicate !== undefined && first !== undefined) {
        text = `${String(duplicate.value)} is already set in line ${getLine(first.range?.[0] ?? 0)}. Remove one of them.`;
        return visit.BREAK;
      }
    },
  });
  return text;
}
