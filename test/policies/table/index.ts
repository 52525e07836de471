import { addressRows } from "./addresses";
import { cloudFrontRows } from "./cloudfront";
import { conditionRows } from "./conditions";
import { controlRows } from "./controls";
import { policyDocumentRows } from "./policy-documents";
import { serviceRows } from "./services";

export const rows = [
  ...policyDocumentRows,
  ...addressRows,
  ...serviceRows,
  ...controlRows,
  ...conditionRows,
  ...cloudFrontRows,
];

/** Rules that ask for another resource beside one: rows are too small for them. */
export const companions = /-configured$|^sqs-visibility-timeout-check$|^s3-lifecycle-policy-check$/;
