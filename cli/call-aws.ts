import { UserError } from "./user-error";

/** Returns AWS's response. @throws UserError with the consequence and advice if the call fails. */
export async function callAws<T>(response: Promise<T>, consequence: string): Promise<T> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof UserError) {
      throw error;
    }
    const { name, message } = error as Error;
    throw new UserError(
      `${name}: ${message}\n${consequence} Check your credentials (aws sts get-caller-identity) and your permission to read the stack's services.`,
      { cause: error },
    );
  }
}
