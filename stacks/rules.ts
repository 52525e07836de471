import { isInZone } from "../components/dns-record";
import { variables } from "../components/environment";
import { keys } from "./keys";
import { Merged } from "./merge";
import { Problem, removeCommand, setCommand } from "./problem";
import { propertiesSize } from "./properties-size";

/** What a rule sees: the merged settings, and the region that the stack is in. */
export interface Context {
  settings: Merged;
  region: string | undefined;
}

type Rule = (context: Context) => Problem[];

const when = (wrong: boolean, problem: () => Problem): Problem[] => (wrong ? [problem()] : []);

/** What holds between keys. Each rule is pure, and gives its problems with the command that mends them. */
export const rules: Record<string, Rule> = {
  "the region is set": ({ region }) =>
    when(region === undefined, () => ({
      key: "name",
      message: "cannot be used yet: aws:region is missing. The application has us-west-1 built in.",
      mend: "pulumi config set aws:region us-west-1",
    })),

  "the region is the application's": ({ region }) =>
    when(region !== undefined && region !== "us-west-1", () => ({
      key: "name",
      message: `cannot be used in ${region ?? ""}: the application looks for its queue in us-west-1.`,
      mend: "pulumi config set aws:region us-west-1",
    })),

  // Elastic Beanstalk takes environment names of 4 to 40 characters, and "-worker" has 7 (API reference, CreateEnvironment).
  "the application's name fits Elastic Beanstalk": ({ settings: { applicationName, environment } }) => {
    const longest = 33;
    return when(applicationName.length > longest, () => ({
      key: "name",
      message: `makes "${applicationName}", of ${applicationName.length} characters: legal are ${longest}, since Elastic Beanstalk's names end at 40 and the worker's adds "-worker".`,
      mend: setCommand("name", applicationName.slice(0, longest - environment.length - 1).replace(/-+$/, "")),
    }));
  },

  // S3 User Guide, "Namespaces for general purpose buckets": such a name ends in the account's id and the region.
  "the application's name fits the account's namespace": ({ settings, region }) => {
    const { applicationName, environment, storage } = settings;
    const longest = 63 - `-static-123456789012-${region ?? ""}-an`.length;
    return when(Boolean(storage?.accountNamespace) && applicationName.length > longest, () => ({
      key: "name",
      message: `makes "${applicationName}", of ${applicationName.length} characters: with storage.accountNamespace legal are ${longest}, since S3's names end at 63.`,
      mend: setCommand("name", applicationName.slice(0, longest - environment.length - 1).replace(/-+$/, "")),
    }));
  },

  // API reference, PutParameter: the secrets' parameters begin with the application's name.
  "the application's name fits Systems Manager": ({ settings: { applicationName } }) =>
    when(/^(aws|ssm)/.test(applicationName), () => ({
      key: "name",
      message: `makes "${applicationName}": AWS refuses names of parameters that begin with aws or ssm.`,
      mend: setCommand("name", "beo-datastore"),
    })),

  // S3 User Guide, "General purpose bucket naming rules".
  "the application's name fits S3": ({ settings: { applicationName } }) =>
    when(/^(xn--|sthree-|amzn-s3-demo-)/.test(applicationName), () => ({
      key: "name",
      message: `makes bucket names that begin like "${applicationName}": S3 reserves xn--, sthree- and amzn-s3-demo-.`,
      mend: setCommand("name", "beo-datastore"),
    })),

  "data is protected outside dev": ({ settings: { environment, protect } }) =>
    when(environment !== "dev" && !protect, () => ({
      key: "protect",
      message: `is false: in ${environment} legal is true. README.md, "Tear it down", has the steps by which a stack goes.`,
      mend: removeCommand("protect"),
    })),

  "HTTPS outside dev": ({ settings: { environment, domain, certificateArn } }) =>
    when(environment !== "dev" && domain === undefined && certificateArn === undefined, () => ({
      key: "domain",
      message: `is missing: ${environment} is served over HTTPS, or its secure cookies never come back and nobody can log in. Set domain with hostedZone, or domain with certificateArn.`,
      mend: `${setCommand("domain", "beo.example.com")} && ${setCommand("hostedZone", "example.com")}`,
    })),

  "a domain has a zone or a certificate": ({ settings: { domain, hostedZone, certificateArn } }) =>
    when(domain !== undefined && hostedZone === undefined && certificateArn === undefined, () => ({
      key: "domain",
      message: "needs hostedZone (the certificate is made) or certificateArn (one that you have).",
      mend: setCommand("hostedZone", domain?.replace(/^[^.]+\./, "") ?? "example.com"),
    })),

  "a zone and a certificate exclude each other": ({ settings: { hostedZone, certificateArn } }) =>
    when(hostedZone !== undefined && certificateArn !== undefined, () => ({
      key: "certificateArn",
      message: "and hostedZone are both set: with a hosted zone the certificate is made.",
      mend: removeCommand("certificateArn"),
    })),

  "a zone or certificate has a domain": ({ settings: { domain, hostedZone, certificateArn } }) =>
    when(domain === undefined && (hostedZone !== undefined || certificateArn !== undefined), () => ({
      key: "domain",
      message: `is missing, but ${hostedZone === undefined ? "certificateArn" : "hostedZone"} is set.`,
      mend: setCommand("domain", `beo.${hostedZone ?? "example.com"}`),
    })),

  // ACM User Guide, "Quotas": the first name of a certificate has 64 characters at most.
  "the domain fits a certificate": ({ settings: { domain, hostedZone } }) =>
    when(hostedZone !== undefined && (domain ?? "").length > 64, () => ({
      key: "domain",
      message: `has ${(domain ?? "").length} characters: a certificate takes 64.`,
      mend: setCommand("domain", `beo.${hostedZone ?? ""}`),
    })),

  "the domain lies in its zone": ({ settings: { domain, hostedZone } }) =>
    when(domain !== undefined && hostedZone !== undefined && !isInZone(domain, hostedZone), () => ({
      key: "hostedZone",
      message: `is "${hostedZone ?? ""}", in which "${domain ?? ""}" does not lie.`,
      mend: setCommand("hostedZone", domain?.replace(/^[^.]+\./, "") ?? ""),
    })),

  "the certificate is in the region": ({ settings: { certificateArn }, region }) =>
    when(
      certificateArn !== undefined && region !== undefined && certificateArn.split(":")[3] !== region,
      () => ({
        key: "certificateArn",
        message: `is of ${certificateArn?.split(":")[3] ?? ""}: a load balancer takes certificates of its own region, ${region ?? ""}.`,
        mend: setCommand(
          "certificateArn",
          certificateArn?.replace(/^(arn:aws:acm:)[^:]*/, `$1${region ?? ""}`) ?? "",
        ),
      }),
    ),

  "HTTPS has a load balancer": ({ settings: { web, domain, certificateArn } }) =>
    when(Boolean(web.singleInstance) && (domain !== undefined || certificateArn !== undefined), () => ({
      key: "web.singleInstance",
      message:
        "is true, but a domain is set: HTTPS ends at a load balancer, which a single instance has not.",
      mend: setCommand("web.singleInstance", false),
    })),

  "a single instance is one": ({ settings: { web } }) =>
    when(Boolean(web.singleInstance) && (web.maxSize ?? 1) > 1, () => ({
      key: "web.maxSize",
      message: `is ${web.maxSize ?? 1}, but web.singleInstance is true.`,
      mend: setCommand("web.singleInstance", false),
    })),

  "a single instance has nothing to roll": ({ settings: { web } }) =>
    when(Boolean(web.singleInstance) && Boolean(web.deploymentPolicy?.startsWith("Rolling")), () => ({
      key: "web.deploymentPolicy",
      message: `is ${web.deploymentPolicy ?? ""}, but web.singleInstance is true: legal are AllAtOnce and Immutable.`,
      mend: setCommand("web.deploymentPolicy", "AllAtOnce"),
    })),

  "the front end has https outside dev": ({ settings: { appUrl, environment } }) =>
    when(environment !== "dev" && appUrl.startsWith("http:"), () => ({
      key: "appUrl",
      message: `is "${appUrl}": in ${environment} legal is an https:// URL.`,
      mend: setCommand("appUrl", appUrl.replace(/^http:/, "https:")),
    })),

  "both credentials or none": ({ settings }) =>
    (
      [
        ["smtpUser", "smtpPassword", "another mail provider has both, SES neither."],
        ["sqlUser", "sqlPassword", "a user of the application's own has both, the master user neither."],
      ] as const
    ).flatMap(([user, secret, why]) => {
      const [missing, given] = settings[user] === undefined ? [user, secret] : [secret, user];
      return when((settings[user] === undefined) !== (settings[secret] === undefined), () => ({
        key: missing,
        message: `is missing, but ${given} is set: ${why}`,
        mend: `${setCommand(missing, keys[missing]?.form.example ?? "", keys[missing]?.secret)}, or ${removeCommand(given)}`,
      }));
    }),

  "Django's key is a secret of its own": ({ settings }) => {
    const others = (
      ["databasePassword", "sqlPassword", "supportPassword", "smtpPassword", "adminUrl"] as const
    ).filter((key) => settings.secretKey !== undefined && settings[key] === settings.secretKey);
    return others.map((key) => ({
      key,
      message: "has the same value as secretKey: whoever learns one should not have the other.",
      mend: setCommand(key, "$(openssl rand -hex 20)", true),
    }));
  },

  // The guide: "db.t3.medium or larger".
  "the database is large enough": ({ settings: { database } }) => {
    const { instanceClass = "db.t3.medium" } = database;
    return when(/\.(nano|micro|small)$/.test(instanceClass), () => ({
      key: "database.instanceClass",
      message: `is "${instanceClass}": legal is db.t3.medium or larger.`,
      mend: setCommand("database.instanceClass", "db.t3.medium"),
    }));
  },

  // RDS User Guide, "Managing capacity automatically with storage autoscaling": a tenth more at least.
  "the storage may grow": ({ settings: { database } }) => {
    const least = Math.ceil((Number(database.allocatedStorage) * 11) / 10);
    return when(Number(database.maxAllocatedStorage) < least, () => ({
      key: "database.maxAllocatedStorage",
      message: `is ${String(database.maxAllocatedStorage)}, and database.allocatedStorage is ${String(database.allocatedStorage)}: legal is ${least} or more.`,
      mend: setCommand("database.maxAllocatedStorage", least),
    }));
  },

  "sizes are in order": ({ settings }) =>
    (["web", "worker"] as const).flatMap((part) => {
      const { minSize = 1, maxSize = 1 } = settings[part];
      return when(minSize > maxSize, () => ({
        key: `${part}.minSize`,
        message: `is ${minSize}, more than ${part}.maxSize, which is ${maxSize}.`,
        mend: setCommand(`${part}.maxSize`, minSize),
      }));
    }),

  "instance types are of one architecture": ({ settings }) =>
    (["web", "worker"] as const).flatMap((part) => {
      const types = (settings[part].instanceTypes ?? []) as string[];
      const arm = types.filter(isArm);
      return when(arm.length > 0 && arm.length < types.length, () => ({
        key: `${part}.instanceTypes`,
        message: `mixes arm64 (${arm.join(", ")}) with x86_64 (${types.filter((type) => !isArm(type)).join(", ")}): legal is one architecture.`,
        mend: setCommand(`${part}.instanceTypes[0]`, types.find((type) => !isArm(type)) ?? ""),
      }));
    }),

  "an own VPC has its subnets": ({ settings: { network } }) =>
    when(network?.vpcId !== undefined && (!network.databaseSubnetIds || !network.instanceSubnetIds), () => ({
      key: "network.vpcId",
      message: "needs network.databaseSubnetIds and network.instanceSubnetIds, subnets of that VPC.",
      mend: setCommand(
        `network.${network?.databaseSubnetIds ? "instanceSubnetIds" : "databaseSubnetIds"}[0]`,
        "subnet-0123456789abcdef0",
      ),
    })),

  "subnets have their VPC": ({ settings: { network } }) =>
    (["databaseSubnetIds", "instanceSubnetIds", "loadBalancerSubnetIds"] as const).flatMap((key) =>
      when(network?.[key] !== undefined && network.vpcId === undefined, () => ({
        key: `network.${key}`,
        message: "is set, but network.vpcId is not: which VPC are they of?",
        mend: setCommand("network.vpcId", "vpc-0123456789abcdef0"),
      })),
    ),

  // RDS and the application load balancer both span two availability zones at least.
  "subnets in two zones": ({ settings: { network, web } }) =>
    [
      "databaseSubnetIds" as const,
      // Where the load balancer has no subnets of its own, it stands in the instances'.
      ...(web.singleInstance
        ? []
        : ([
            network?.loadBalancerSubnetIds === undefined ? "instanceSubnetIds" : "loadBalancerSubnetIds",
          ] as const)),
    ].flatMap((key) => {
      const ids = network?.[key];
      return when(ids?.length === 1, () => ({
        key: `network.${key}`,
        message: "has one subnet: legal are two or more, in different availability zones.",
        mend: setCommand(`network.${key}[1]`, "subnet-0123456789abcdef1"),
      }));
    }),

  "private instances have their subnets": ({ settings: { network } }) =>
    when(network?.associatePublicIpAddress === false && network.instanceSubnetIds === undefined, () => ({
      key: "network.associatePublicIpAddress",
      message:
        "is false, but the instances are in the default VPC, whose subnets are public: without an address they reach nothing. Name private subnets with a NAT gateway.",
      mend: setCommand("network.instanceSubnetIds[0]", "subnet-0123456789abcdef0"),
    })),

  "private instances have a public load balancer": ({ settings: { network, web } }) =>
    when(
      network?.associatePublicIpAddress === false &&
        network.instanceSubnetIds !== undefined &&
        !web.singleInstance &&
        network.loadBalancerSubnetIds === undefined,
      () => ({
        key: "network.loadBalancerSubnetIds",
        message: "is missing: the instances' subnets are private, and the load balancer needs public ones.",
        mend: setCommand("network.loadBalancerSubnetIds[0]", "subnet-0123456789abcdef0"),
      }),
    ),

  "mail comes from its domain": ({ settings: { mail, supportEmail } }) => {
    const from = mail?.fromAddress ?? supportEmail;
    return when(mail?.domain !== undefined && !isInZone(from.split("@")[1] ?? "", mail.domain), () => ({
      key: "mail.fromAddress",
      message: `is "${from}", which is not of mail.domain, "${mail?.domain ?? ""}".`,
      mend: setCommand("mail.fromAddress", `support@${mail?.domain ?? ""}`),
    }));
  },

  "rotating keys are one apart": ({ settings }) =>
    (["mail", "serviceAccount"] as const).flatMap((part) => {
      const { keyGeneration = 1, previousKeyGeneration } = settings[part] ?? {};
      return when(previousKeyGeneration !== undefined && previousKeyGeneration !== keyGeneration - 1, () => ({
        key: `${part}.previousKeyGeneration`,
        message: `is ${previousKeyGeneration ?? ""}: legal is ${keyGeneration - 1}, the one before ${part}.keyGeneration.`,
        mend:
          keyGeneration > 1
            ? setCommand(`${part}.previousKeyGeneration`, keyGeneration - 1)
            : removeCommand(`${part}.previousKeyGeneration`),
      }));
    }),

  "extra variables are not ours": ({ settings }) => {
    const ours = new Set<string>([...variables.map(({ name }) => name), "SECRETS_REVISION"]);
    return (["extraEnvironment", "extraSecrets"] as const).flatMap((key) =>
      Object.keys(settings[key] ?? {}).flatMap((name) => [
        ...when(ours.has(name), () => ({
          key: `${key}.${name}`,
          message: "is a variable that this program sets itself.",
          mend: removeCommand(`${key}.${name}`),
        })),
        // The application takes these from its environment, and would then do what the infrastructure forbids.
        ...when(name === "AWS_DEFAULT_ACL" || name === "EMAIL_FILE_DIR", () => ({
          key: `${key}.${name}`,
          message:
            name === "AWS_DEFAULT_ACL"
              ? "makes every upload fail: the buckets have ACLs switched off."
              : "makes the application write mail to files and send none.",
          mend: removeCommand(`${key}.${name}`),
        })),
      ]),
    );
  },

  "no variable is plain and secret": ({ settings: { extraEnvironment = {}, extraSecrets = {} } }) =>
    Object.keys(extraSecrets)
      .filter((name) => name in extraEnvironment)
      .map((name) => ({
        key: `extraEnvironment.${name}`,
        message: "is in extraSecrets too: legal is one of them.",
        mend: removeCommand(`extraEnvironment.${name}`),
      })),

  // Systems Manager, "Parameter tiers": a standard parameter's value.
  "secrets fit a parameter": ({ settings: { extraSecrets = {}, platform } }) =>
    Object.entries(extraSecrets).flatMap(([name, value]) =>
      when(!platform.plainSecrets && Buffer.byteLength(value) > 4096, () => ({
        key: `extraSecrets.${name}`,
        message: `has ${Buffer.byteLength(value)} bytes: a parameter takes 4096.`,
        mend: removeCommand(`extraSecrets.${name}`),
      })),
    ),

  // Developer Guide, "Environment properties": all names and values together have 4,096 bytes.
  "properties fit": ({ settings, region }) => {
    const limit = 4096;
    const size = propertiesSize(settings, region ?? "us-west-1");
    return when(size > limit, () => ({
      key: "extraEnvironment",
      message: `brings the environment's properties to about ${size} bytes: Elastic Beanstalk takes ${limit}.`,
      mend: removeCommand(`extraEnvironment.${longestKey(settings.extraEnvironment ?? {})}`),
    }));
  },
};

/** Graviton's types have a "g" behind the generation: t4g, m6g, c7gn (EC2 User Guide, "Instance type naming"). */
function isArm(type: string): boolean {
  return /^(?:[a-z]+\d+g[a-z]*|a1)\./.test(type);
}

function longestKey(values: Record<string, unknown>): string {
  const [longest] = Object.entries(values).sort(([, a], [, b]) => String(b).length - String(a).length);
  return longest?.[0] ?? "NAME";
}
