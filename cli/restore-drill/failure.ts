/** Characters of a message that people read, and that fit into the record. */
const maxLength = 500;

/**
 * Returns the cause in the output of Pulumi's CLI, which has been printed: the first error. Where Terraform's providers
 * list several errors, or one, below a line such as "1 error occurred:", these.
 */
export function findCause({ message }: Error): string {
  const errors = message.split(/error: +(?=\S)/).slice(1);
  const text = errors.find((error) => !isSummary(error)) ?? errors[0] ?? message;
  const [title = ""] = text.split("\n", 1);
  const cause = isTitle(title.trim()) ? parseList(text.slice(title.length)) : "";
  return (errors.length === 0 ? message : cause === "" ? title : cause).trim().slice(0, maxLength);
}

/** The CLI's own error beside that of a resource. */
const isSummary = (text: string) =>
  /^(update|destroy|refresh) failed\s*$/m.test(text.split("\n", 1)[0] ?? "");

/**
 * Joins the items of a list, which begin with an asterisk, and may have more lines. An empty line ends it. An item can be the
 * title of another list.
 */
function parseList(text: string): string {
  const [list = ""] = text.split(/\n\s*\n/);
  return `\n${list}`
    .split(/\n\s*\* /)
    .map((item) => item.replace(/\s*\n\s*/g, " ").trim())
    .filter((item) => item !== "" && !isTitle(item))
    .join("; ");
}

const isTitle = (text: string) => /\b\d+ errors? occurred:$/.test(text);
