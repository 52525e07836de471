import * as pulumi from "@pulumi/pulumi";

/** Returns a resource policy that grants nothing and denies every request without TLS. */
export function tlsOnly(action: string, resources: pulumi.Input<string>[]): pulumi.Output<string> {
  return policyDocument(tlsOnlyStatement(action, resources));
}

/** Returns the statement that denies every request without TLS. */
export function tlsOnlyStatement(action: string, resources: pulumi.Input<string>[]): object {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** Returns an IAM policy document with these statements. */
export function policyDocument(...statements: pulumi.Input<object>[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
