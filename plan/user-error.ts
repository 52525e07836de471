/** An error that the user can fix: its message is shown without a stack trace. The command exits with 1. */
export class UserError extends Error {}
