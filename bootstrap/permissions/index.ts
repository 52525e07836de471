export { getPolicies, getPolicy, type Policy, type PolicyDocument, type Statement } from "./documents";
export {
  getApplicationName,
  getBoundaryArn,
  getBoundaryName,
  getRolePath,
  getStackSettings,
  type Scope,
} from "./scope";
export { type PolicyName, policies, type RoleName, roles } from "./table";
