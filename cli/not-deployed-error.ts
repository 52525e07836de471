import { UserError } from "./user-error";

/** There is nothing in AWS to read. */
export class NotDeployedError extends UserError {}

/** Creates the error of a stack that is not deployed, with the command for its first deployment. */
export function createNotDeployedError(stack: string): NotDeployedError {
  return new NotDeployedError(
    `${stack} is not deployed. Check what its first deployment needs: npx beo preflight ${stack}`,
  );
}
