import * as acm from "@pulumi/aws/acm";
import { Record as ZoneRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import { getZoneId } from "./lookups";
import { getOutputs, toList } from "./outputs";

/** A certificate for a host name in one of the account's zones. */
export interface CertificateArgs {
  /**
   * The host name.
   *
   * @changing Replaces the certificate; the new one is issued before the old one is deleted.
   */
  domain: pulumi.Input<string>;
  /**
   * Further host names of the certificate, each with the id of the Route 53 zone that contains it.
   *
   * @default none
   * @changing Replaces the certificate; the new one is issued before the old one is deleted.
   */
  additionalDomains?: Record<string, pulumi.Input<string>>;
  /**
   * Name of the public Route 53 zone of the account that contains `domain`.
   *
   * @changing Replaces the validation record.
   */
  hostedZone: string;
  /**
   * Id of that zone.
   *
   * @default looked up by its name
   * @changing Replaces the validation record.
   */
  zoneId?: pulumi.Input<string>;
  /**
   * Tags of the certificate.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** ACM issues a certificate some minutes after it finds the record. The provider would wait for 75 minutes. */
const validationTime = "20m";

/** An ACM certificate that is validated by a DNS record and renews itself, in the region of the load balancer. */
export class Certificate extends pulumi.ComponentResource {
  /** ARN of the certificate, available once it is issued. */
  readonly certificateArn: pulumi.Output<string>;
  /** Id of the Route 53 zone. */
  readonly zoneId: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Certificate", args);
    super("beo:index:Certificate", name, {}, opts);
    const parent = { parent: this };

    const zoneId = pulumi.output(args.zoneId ?? getZoneId(args.hostedZone, this));
    const additional = Object.entries(args.additionalDomains ?? {});
    const certificate = new acm.Certificate(
      `${name}-certificate`,
      {
        domainName: args.domain,
        ...(additional.length > 0 && { subjectAlternativeNames: additional.map(([domain]) => domain) }),
        validationMethod: "DNS",
        tags: args.tags,
      },
      parent,
    );
    const context = { certificate, component: this };
    const records = [
      createValidationRecord(`${name}-validation`, { ...context, domain: args.domain, zoneId }),
      ...additional.map(([domain, id]) =>
        createValidationRecord(`${name}-validation-${domain}`, { ...context, domain, zoneId: id }),
      ),
    ];
    const validation = new acm.CertificateValidation(
      `${name}-issued`,
      { certificateArn: certificate.arn, validationRecordFqdns: records.map(({ fqdn }) => fqdn) },
      { ...parent, customTimeouts: { create: validationTime }, hooks: explainFailure(name, args, this) },
    );

    this.certificateArn = validation.certificateArn;
    this.zoneId = zoneId;
    this.registerOutputs(getOutputs(this));
  }
}

interface RecordArgs {
  certificate: acm.Certificate;
  domain: pulumi.Input<string>;
  zoneId: pulumi.Input<string>;
  component: pulumi.Resource;
}

/** Creates the record with which ACM validates one host name. */
function createValidationRecord(
  name: string,
  { certificate, domain, zoneId, component }: RecordArgs,
): ZoneRecord {
  const option = pulumi
    .all([certificate.domainValidationOptions, domain])
    .apply(([options, host]) => toList(options).find(({ domainName }) => domainName === host));
  return new ZoneRecord(
    name,
    {
      zoneId,
      name: option.apply((o) => o?.resourceRecordName ?? ""),
      type: option.apply((o) => o?.resourceRecordType ?? ""),
      records: [option.apply((o) => o?.resourceRecordValue ?? "")],
      ttl: 300,
      // ACM asks for the same record for every certificate of a name in an account.
      allowOverwrite: true,
    },
    { parent: component, deleteBeforeReplace: true },
  );
}

/** Says what to check if the certificate is not issued: the provider's message names neither the domain nor the zone. */
function explainFailure(
  name: string,
  args: CertificateArgs,
  component: pulumi.Resource,
): pulumi.ResourceHookBinding | undefined {
  // Previews and tests with mocks have no engine that could call it.
  if (!pulumi.runtime.hasEngine()) {
    return undefined;
  }
  const explain = new pulumi.ErrorHook(`${name}-not-issued`, async () => {
    const { domain, hostedZone } = await new Promise<pulumi.Unwrap<CertificateArgs>>((resolve) => {
      pulumi.output(args).apply(resolve);
    });
    await pulumi.log.error(
      `ACM did not issue the certificate of ${domain} within ${validationTime}. It looks for the validation record, which is in zone ${hostedZone}, in public DNS. Check that the name servers of the domain's registrar or parent zone are the zone's own (dig NS ${hostedZone} +short), and that no CAA record excludes amazon.com (dig CAA ${hostedZone} +short). Then run pulumi up -s ${pulumi.getStack()} again: it continues with the same certificate.`,
      component,
    );
    return false;
  });
  return { onError: [explain] };
}
