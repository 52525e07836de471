import { createRequire } from "node:module";
import { createCommand } from "./command";
import type * as Library from "./bootstrap/bootstrap";

const load = createRequire(__filename);
const toList = (text: string) => (text === "none" ? [] : text.split(","));

export const command = createCommand("bootstrap")
  .usage("[options]")
  .description(
    "Creates what all stacks of an AWS account need: the bucket of the state, a KMS key and a permissions boundary for each stack and, with --github, the roles of GitHub Actions. Adopts what exists. Shows what it will do, and asks first. Run it again at any time: it continues after an interruption, and changes nothing if nothing is missing. See docs/bootstrap.md.",
  )
  .option("--name <name>", "beginning of all names (default: beo-datastore)")
  .option("--region <region>", "the region of the stacks (default: us-west-1)")
  .option("--bucket <name>", "name of the state's bucket (default: <name>-state-<account>)")
  .option("--stacks <list>", "the stacks, separated by commas (default: dev,staging,prod)", toList)
  .option("--github <repository>", "the GitHub repository that deploys: owner/name, or owner@id/name@id")
  .option(
    "--application-github <repository>",
    "the GitHub repository of the application, which deploys its versions",
  )
  .option(
    "--pull-requests <list>",
    'stacks that pull requests preview, or "none" (default: dev,staging)',
    toList,
  )
  .option("--yes", "do not ask")
  .addHelpText("after", "\nThe options are kept in bootstrap/Pulumi.<name>.yaml: commit it.")
  .addHelpText("after", "\nExit codes: 0 everything is there, 1 failure, or not confirmed, 2 wrong usage.")
  .action(async (options: Library.BootstrapOptions) => {
    // Loads the clients of several services.
    const { bootstrap } = load("./bootstrap/bootstrap") as typeof Library;
    process.exitCode = await bootstrap(options);
  });
