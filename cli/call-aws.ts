import { describeAwsFailure } from "./aws-failure";
import { isDenied } from "./report";
import { UserError } from "./user-error";

/** Returns AWS's response. @throws UserError with the consequence and advice if the call fails. */
export async function callAws<T>(response: Promise<T>, consequence: string): Promise<T> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof UserError) {
      throw error;
    }
    const failure = error as Error;
    const { reason, fix } = describeAwsFailure(failure);
    if (fix.length === 0) {
      throw new UserError(`${reason}\n${consequence}`, { cause: error });
    }
    const advice = isDenied(failure)
      ? "Check whose credentials they are, and the permission to read the stack's services:"
      : "Check:";
    throw new UserError(
      [reason, `${consequence} ${advice}`, ...fix.map((command) => `  ${command}`)].join("\n"),
      {
        cause: error,
      },
    );
  }
}
