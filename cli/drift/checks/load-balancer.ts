import {
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  type Listener,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  type Addition,
  awsCommand,
  type Check,
  type Context,
  describeObstacle,
  ofType,
  toDrift,
} from "../context";
import { getTexts } from "../resources";
import { type LiveEnvironment, type Settings, toList } from "./live-environment";

/** The load balancer of an environment, compared with the environment's own options. */
export function checkLoadBalancer(environment: LiveEnvironment, context: Context): Check[] {
  const { resource } = environment;
  const balancers = getTexts(resource.outputs, "loadBalancers").filter((arn) =>
    arn.includes(":loadbalancer/app/"),
  );
  return balancers.flatMap((arn) => {
    const check = (what: string, find: (settings: Settings) => Promise<Addition[]>): Check => ({
      what: `${what} of the load balancer of ${environment.name}`,
      find: async () => toDrift(resource, await find(await environment.getSettings())),
    });
    return [
      check("security groups", (settings) => findGroups(arn, settings, context)),
      check("attributes", (settings) => findAttributes(arn, settings, context)),
      check("listeners", (settings) => findListeners(arn, settings, context)),
    ];
  });
}

async function findGroups(arn: string, { get }: Settings, { clients, region }: Context): Promise<Addition[]> {
  const { LoadBalancers: [balancer] = [] } = await clients.loadBalancing.send(
    new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }),
  );
  const expected = toList(get("aws:elbv2:loadbalancer", "SecurityGroups"));
  const actual = [...(balancer?.SecurityGroups ?? [])].sort();
  return expected.join() === actual.join() || expected.length === 0
    ? []
    : [
        {
          severity: "critical",
          text: `its load balancer has the security groups ${actual.join(", ")}, and its options say ${expected.join(", ")}`,
          meaning: "Other rules decide who reaches the load balancer.",
          undo: [
            awsCommand(
              "elbv2 set-security-groups",
              { "load-balancer-arn": arn, "security-groups": expected },
              region,
            ),
          ],
        },
      ];
}

/** The attributes of an Application Load Balancer that Elastic Beanstalk has no option for, with their defaults. */
const attributeDefaults = {
  "deletion_protection.enabled": "false",
  "routing.http.desync_mitigation_mode": "defensive",
  "routing.http.drop_invalid_header_fields.enabled": "false",
  "routing.http.preserve_host_header.enabled": "false",
  "routing.http.xff_header_processing.mode": "append",
  "routing.http2.enabled": "true",
  "waf.fail_open.enabled": "false",
};

async function findAttributes(arn: string, { get }: Settings, { clients, region }: Context) {
  const { Attributes = [] } = await clients.loadBalancing.send(
    new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }),
  );
  const getOption = (option: string, fallback: string) => get("aws:elbv2:loadbalancer", option) || fallback;
  const expected: Record<string, string> = {
    ...attributeDefaults,
    "access_logs.s3.enabled": getOption("AccessLogsS3Enabled", "false"),
    "idle_timeout.timeout_seconds": getOption("IdleTimeout", "60"),
  };
  return Attributes.filter(({ Key = "", Value }) => Key in expected && Value !== expected[Key]).map(
    ({ Key = "", Value = "" }): Addition => ({
      severity: "medium",
      text: `its load balancer's ${Key} is ${Value}, expected ${expected[Key] ?? ""}`,
      meaning:
        Key === "deletion_protection.enabled"
          ? "Elastic Beanstalk can neither replace nor terminate the environment."
          : "The load balancer treats requests differently from what the program describes.",
      undo: [
        awsCommand(
          "elbv2 modify-load-balancer-attributes",
          { "load-balancer-arn": arn, attributes: `Key=${Key},Value=${expected[Key] ?? ""}` },
          region,
        ),
      ],
    }),
  );
}

/** A listener that the environment's options describe. */
interface ExpectedListener {
  protocol: string;
  certificates: string[];
  policy: string;
  hasRules: boolean;
}

function getExpected({ all, get }: Settings): Map<number, ExpectedListener> {
  const namespaces = new Set(all.map(({ Namespace = "" }) => Namespace));
  return new Map(
    [...namespaces].flatMap((namespace) => {
      const [, port] = /^aws:elbv2:listener:(default|\d+)$/.exec(namespace) ?? [];
      return port === undefined || get(namespace, "ListenerEnabled") === "false"
        ? []
        : [
            [
              port === "default" ? 80 : Number(port),
              {
                protocol: get(namespace, "Protocol") || "HTTP",
                certificates: toList(get(namespace, "SSLCertificateArns")),
                policy: get(namespace, "SSLPolicy"),
                hasRules: get(namespace, "Rules") !== "",
              },
            ] as const,
          ];
    }),
  );
}

async function findListeners(arn: string, settings: Settings, context: Context): Promise<Addition[]> {
  const { loadBalancing } = context.clients;
  const own = new Set(ofType(context.deployed, "lb/listener:Listener").map(({ id }) => id));
  const expected = getExpected(settings);
  const { Listeners = [] } = await loadBalancing.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
  const { TargetGroups: [target] = [] } = await loadBalancing.send(
    new DescribeTargetGroupsCommand({ LoadBalancerArn: arn }),
  );
  const forward = `Type=forward,TargetGroupArn=${target?.TargetGroupArn ?? ""}`;
  const found = await Promise.all(
    Listeners.map(async (listener) => {
      const { ListenerArn = "", Port = 0 } = listener;
      const wanted = expected.get(Port);
      if (wanted === undefined && !own.has(ListenerArn)) {
        return [describeExtra(listener, context)];
      }
      return [
        ...(own.has(ListenerArn) || wanted === undefined
          ? []
          : await compareListener(listener, wanted, forward, context)),
        ...(wanted?.hasRules ? [] : await findRules(listener, context)),
      ];
    }),
  );
  const missing = [...expected].filter(([port]) => !Listeners.some(({ Port }) => Port === port));
  return [
    ...found.flat(),
    ...missing.map(([port, one]) => describeMissing(arn, port, one, forward, context)),
  ];
}

function describeExtra(listener: Listener, { region, missing }: Context): Addition {
  const { ListenerArn = "", LoadBalancerArn, Port, Protocol } = listener;
  const isObstacle = missing.some(
    ({ type, inputs }) =>
      type === "aws:lb/listener:Listener" &&
      inputs.loadBalancerArn === LoadBalancerArn &&
      inputs.port === Port,
  );
  const meaning = "Where the security group allows the port, it serves whatever the listener's rules say.";
  return {
    severity: "high",
    text: `its load balancer listens on ${String(Protocol)} ${String(Port)}, which is not in the program`,
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
    meaning: isObstacle ? `${meaning} ${describeObstacle("DuplicateListener")}` : meaning,
    undo: [awsCommand("elbv2 delete-listener", { "listener-arn": ListenerArn }, region)],
    ...(isObstacle && { isObstacle }),
  };
}

function describeMissing(
  arn: string,
  port: number,
  { protocol, certificates, policy }: ExpectedListener,
  forward: string,
  { region }: Context,
): Addition {
  const tls =
    protocol === "HTTPS"
      ? {
          certificates: certificates.map((one) => `CertificateArn=${one}`),
          ...(policy && { "ssl-policy": policy }),
        }
      : {};
  return {
    severity: "high",
    text: `its load balancer does not listen on ${protocol} ${port}, which its options say`,
    meaning: "Requests to that port fail.",
    undo: [
      awsCommand(
        "elbv2 create-listener",
        { "load-balancer-arn": arn, protocol, port: String(port), ...tls, "default-actions": forward },
        region,
      ),
    ],
  };
}

async function compareListener(
  listener: Listener,
  wanted: ExpectedListener,
  forward: string,
  { clients, region }: Context,
): Promise<Addition[]> {
  const { ListenerArn = "", Port, Certificates = [], DefaultActions = [], SslPolicy = "" } = listener;
  const [certificate] = Certificates;
  const [wantedCertificate = ""] = wanted.certificates;
  const subject = `its load balancer's listener on port ${String(Port)}`;
  const modify = (options: Record<string, string>) => [
    awsCommand("elbv2 modify-listener", { "listener-arn": ListenerArn, ...options }, region),
  ];
  const isForward = DefaultActions.every(({ Type }) => Type === "forward");
  const additions: (Addition | false)[] = [
    !isForward && {
      severity: "high",
      text: `${subject} does not forward requests to the environment (${DefaultActions.map(({ Type }) => Type).join()})`,
      meaning: "The application does not get the requests.",
      undo: modify({ "default-actions": forward }),
    },
    wanted.certificates.length > 0 &&
      !wanted.certificates.includes(certificate?.CertificateArn ?? "") && {
        severity: "high",
        text: `${subject} has the certificate ${certificate?.CertificateArn ?? "none"}, and the options say ${wantedCertificate}`,
        meaning: "Browsers refuse a certificate of another name.",
        undo: modify({ certificates: `CertificateArn=${wantedCertificate}` }),
      },
    wanted.policy !== "" &&
      SslPolicy !== wanted.policy && {
        severity: "high",
        text: `${subject} has the TLS policy ${SslPolicy}, and the options say ${wanted.policy}`,
        meaning: "The load balancer may accept old versions of TLS.",
        undo: modify({ "ssl-policy": wanted.policy }),
      },
  ];
  const { Certificates: all = [] } =
    wanted.protocol === "HTTPS"
      ? await clients.loadBalancing.send(new DescribeListenerCertificatesCommand({ ListenerArn }))
      : {};
  const added = all.filter(
    ({ IsDefault, CertificateArn = "" }) =>
      !IsDefault &&
      CertificateArn !== certificate?.CertificateArn &&
      !wanted.certificates.includes(CertificateArn),
  );
  return [
    ...additions.filter((one) => one !== false),
    ...added.map(({ CertificateArn = "" }): Addition => ({
      severity: "medium",
      text: `${subject} also has the certificate ${CertificateArn}`,
      meaning: "It serves other host names too.",
      undo: [
        awsCommand(
          "elbv2 remove-listener-certificates",
          { "listener-arn": ListenerArn, certificates: `CertificateArn=${CertificateArn}` },
          region,
        ),
      ],
    })),
  ];
}

async function findRules({ ListenerArn, Port }: Listener, { clients, region }: Context): Promise<Addition[]> {
  const { Rules = [] } = await clients.loadBalancing.send(new DescribeRulesCommand({ ListenerArn }));
  return Rules.filter(({ IsDefault }) => !IsDefault).map(({ RuleArn = "", Actions = [] }) => ({
    severity: "high",
    text: `its load balancer's listener on port ${String(Port)} has a rule (${Actions.map(({ Type }) => Type).join()}), which is not in the program`,
    meaning: "Requests that the rule matches get another answer than the application's.",
    undo: [awsCommand("elbv2 delete-rule", { "rule-arn": RuleArn }, region)],
  }));
}
