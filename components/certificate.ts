import * as acm from "@pulumi/aws/acm";
import { getZoneOutput } from "@pulumi/aws/route53/getZone";
import { Record as ZoneRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import { getOutputs } from "./outputs";

/** A certificate for a host name in one of the account's zones. */
export interface CertificateArgs {
  /**
   * The host name.
   *
   * @changing Replaces the certificate; the new one is issued before the old one is deleted.
   */
  domain: string;
  /**
   * Name of the public Route 53 zone of the account that contains `domain`.
   *
   * @changing Replaces the validation record.
   */
  hostedZone: string;
  /**
   * Tags of the certificate.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** An ACM certificate that is validated by a DNS record and renews itself, in the region of the load balancer. */
export class Certificate extends pulumi.ComponentResource {
  /** ARN of the certificate, available once it is issued. */
  readonly certificateArn: pulumi.Output<string>;
  /** Id of the Route 53 zone. */
  readonly zoneId: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Certificate", name, {}, opts);
    const parent = { parent: this };

    const { zoneId } = getZoneOutput({ name: args.hostedZone, privateZone: false }, parent);
    const certificate = new acm.Certificate(
      `${name}-certificate`,
      { domainName: args.domain, validationMethod: "DNS", tags: args.tags },
      parent,
    );
    const option = certificate.domainValidationOptions.apply(([only]) => only);
    const record = new ZoneRecord(
      `${name}-validation`,
      {
        zoneId,
        name: option.apply((o) => o?.resourceRecordName ?? ""),
        type: option.apply((o) => o?.resourceRecordType ?? ""),
        records: [option.apply((o) => o?.resourceRecordValue ?? "")],
        ttl: 300,
        // ACM asks for the same record for every certificate of a name in an account.
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
    this.zoneId = zoneId;
    this.registerOutputs(getOutputs(this));
  }
}
