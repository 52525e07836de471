import * as pulumi from "@pulumi/pulumi";

/** A resource policy that grants nothing and refuses every request that does not come over TLS. */
export function tlsOnly(action: string, resources: pulumi.Input<string>[]): pulumi.Output<string> {
  return document({
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
}

/** A policy document of these statements. */
export function document(...statements: pulumi.Input<object>[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
