import { addressRows } from "./addresses";
import { controlRows } from "./controls";
import { policyDocumentRows } from "./policy-documents";
import { serviceRows } from "./services";

export const rows = [...policyDocumentRows, ...addressRows, ...serviceRows, ...controlRows];

/** Rules that ask for another resource beside one: rows are too small for them. */
export const companions = /-configured$|^sqs-visibility-timeout-check$|^s3-lifecycle-policy-check$/;
