import { sentencesOf, Step } from "./drift/sentences";
import { pulumi } from "./pulumi";

const usage = `Usage: npm run drift --silent -- STACK

Tells in words how AWS differs from the program. What \`eb deploy\` and managed platform updates change is no difference.
Reads only. What stands in AWS beside the program, and is none of its resources, is not seen.

Exit code: 0 where nothing differs, 2 where something does, 1 where that could not be found out.`;

interface Preview {
  steps: Step[];
  diagnostics?: { severity: string; message: string }[];
}

/** What \`pulumi preview\` says. @throws Error with its own words where it fails. */
function preview(stack: string): Preview {
  try {
    return JSON.parse(pulumi("preview", "--refresh", "--json", "--stack", stack)) as Preview;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${stack} could not be compared:\n${errorsIn(stdout)}${stderr}`, { cause: error });
  }
}

function errorsIn(stdout: string): string {
  try {
    const { diagnostics = [] } = JSON.parse(stdout) as Preview;
    const messages = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
    return [...new Set(messages)].join("");
  } catch {
    return stdout;
  }
}

function main([stack, ...more]: string[]): number {
  if (stack === undefined || stack.startsWith("-") || more.length > 0) {
    console.error(usage);
    return 1;
  }
  let sentences;
  try {
    sentences = sentencesOf(preview(stack).steps);
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
  if (sentences.length === 0) {
    console.log(`${stack}: AWS has what the program says.`);
    return 0;
  }
  console.log(
    [
      `${stack}: AWS differs from the program.`,
      ...sentences.map((sentence) => `  ${sentence}`),
      `\`npx pulumi up --refresh -s ${stack}\` makes AWS as the program says; to keep what AWS has, change Pulumi.${stack}.yaml.`,
    ].join("\n"),
  );
  return 2;
}

process.exitCode = main(process.argv.slice(2));
