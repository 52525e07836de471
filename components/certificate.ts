import * as acm from "@pulumi/aws/acm";
import { getZoneOutput } from "@pulumi/aws/route53/getZone";
import { Record as ZoneRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";

/** A certificate of a host name in one of the account's zones. */
export interface CertificateArgs {
  /** The host name. Changing it replaces the certificate; the new one is made first. */
  domain: string;
  /** Name of the public Route 53 zone of the account in which `domain` lies. */
  hostedZone: string;
  /** Tags of the certificate. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** An ACM certificate that proves itself by DNS and renews itself, in the region of the load balancer. */
export class Certificate extends pulumi.ComponentResource {
  /** The certificate's ARN, known once it is issued. */
  readonly certificateArn: pulumi.Output<string>;
  /** The zone's id. */
  readonly zoneId: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Certificate", name, {}, opts);
    const parent = { parent: this };

    this.zoneId = getZoneOutput({ name: args.hostedZone, privateZone: false }, parent).zoneId;
    const certificate = new acm.Certificate(
      `${name}-certificate`,
      { domainName: args.domain, validationMethod: "DNS", tags: args.tags },
      parent,
    );
    const option = certificate.domainValidationOptions.apply(([only]) => only);
    const record = new ZoneRecord(
      `${name}-validation`,
      {
        zoneId: this.zoneId,
        name: option.apply((o) => o?.resourceRecordName ?? ""),
        type: option.apply((o) => o?.resourceRecordType ?? ""),
        records: [option.apply((o) => o?.resourceRecordValue ?? "")],
        ttl: 300,
        // ACM asks for the same record again for each certificate of a name in an account.
        allowOverwrite: true,
      },
      parent,
    );
    const validation = new acm.CertificateValidation(
      `${name}-issued`,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      parent,
    );

    this.certificateArn = validation.certificateArn;
    this.registerOutputs({ certificateArn: this.certificateArn, zoneId: this.zoneId });
  }
}
