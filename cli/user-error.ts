export { UserError } from "../plan/user-error";
