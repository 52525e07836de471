import { type ResourceRule } from "../rule";
import { types } from "../types";
import { at } from "../values";

/** Buckets are encrypted by S3 or by KMS. */
export const rule: ResourceRule = {
  name: "s3-encryption-is-known",
  description: "Buckets are encrypted by S3 or by KMS.",
  severity: "medium",
  level: "mandatory",
  controls: ["S3.17"],
  remediation: "Set sseAlgorithm to AES256 or aws:kms.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-17",
  reads: ["rules.0.applyServerSideEncryptionByDefault.sseAlgorithm"],
  types: types.bucketEncryption,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () =>
        ["AES256", "aws:kms", "aws:kms:dsse"].includes(
          String(at(props, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm")),
        ),
      "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm has to be AES256 or aws:kms.",
    );
  },
};
