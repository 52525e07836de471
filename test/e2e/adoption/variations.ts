import type { Fault } from "../support/emulator";
import type { HandMade } from "../support/hand-made";

/** What a variation may look at after its adoption. */
export interface Afterwards {
  run: (script: string) => Promise<{ code: number | null; output: string }>;
  check: (holds: boolean, problem: string) => void;
}

/** A hand-made stack of real life, and what its adoption has to come to. */
export interface Variation {
  /** f01 to f17 were found on real stacks. */
  name: string;
  /** What differs from the guide's stack. */
  differs: string;
  stack: HandMade;
  /** The stack's configuration beside appUrl and supportEmail. */
  configuration?: Record<string, string>;
  /** Placeholder, key of a secret or part of a command → what a person fills in. */
  answers?: Record<string, string>;
  /** The record of the domain is at another DNS provider. */
  elsewhere?: true;
  /** What the text that blocks has to name; absent: it is adopted. */
  blocked?: RegExp[];
  /** Adopted or blocked: both are right. */
  mayBlock?: true;
  /** What fails at first; the commands may fail then, and are to be run again. */
  fault?: Fault;
  /** What the reports have to say. */
  says?: RegExp[];
  /** "resource: attribute" that is as before, since a setting or a tag can keep it. */
  kept?: string[];
  /** What drift reports afterwards, each once: what people have to decide about. Absent: nothing. */
  drift?: RegExp[];
  /** The applications that are left. */
  applications?: string[];
  afterwards?: (after: Afterwards) => Promise<void>;
}

const app = "beo-datastore-dev";
const domain = "api.dev.beo-e2e.net";
const asg = "aws:autoscaling:asg";
/** The first version of the AWS CLI calls an old endpoint of SQS, unless the command has one. */
const sqs = 'aws sqs --endpoint-url "$AWS_ENDPOINT_URL"';

/** The environment's name in Route 53: us-west-1's zone of Elastic Beanstalk. */
const alias = (more = "") =>
  `aws route53 change-resource-record-sets --hosted-zone-id $ZONE_ID --change-batch '{"Changes":[{"Action":"CREATE","ResourceRecordSet":{"Name":"${domain}","Type":"A",${more}"AliasTarget":{"HostedZoneId":"Z1LQECGX5PH1X","DNSName":"$CNAME","EvaluateTargetHealth":false}}}]}'`;
const records = (...sets: object[]) =>
  `aws route53 change-resource-record-sets --hosted-zone-id $ZONE_ID --change-batch '${JSON.stringify({
    Changes: sets.map((ResourceRecordSet) => ({ Action: "CREATE", ResourceRecordSet })),
  })}'`;
const zone = {
  ZONE_ID:
    "aws route53 create-hosted-zone --name beo-e2e.net --caller-reference 2020 --query HostedZone.Id --output text",
};
/** Imported, since a requested one is issued only once its record is found. */
const certificate = {
  CERTIFICATE_ARN: [
    `openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=${domain} -addext subjectAltName=DNS:${domain} -keyout "$HOME/key.pem" -out "$HOME/certificate.pem" 2>/dev/null`,
    'aws acm import-certificate --certificate "fileb://$HOME/certificate.pem" --private-key "fileb://$HOME/key.pem" --query CertificateArn --output text',
  ].join("; "),
};
const withDomain = { domain, hostedZone: "beo-e2e.net" };

export const database: Variation[] = [
  {
    name: "f01",
    differs: "the database was restored once under another identifier",
    stack: { platform: "retired", database: { DBInstanceIdentifier: `${app}-restored` } },
    says: [/database\.identifier/],
  },
  {
    name: "f05",
    differs: "the application connects as a user of its own",
    stack: {
      platform: "current",
      database: { MasterUserPassword: "MasterOfThe2020Database" },
      variables: { SQL_USER: "beo_app" },
    },
    says: [/sqlUser/],
  },
  {
    name: "f13",
    differs: "PostgreSQL 11, as the console gave it in 2020",
    stack: { platform: "retired", database: { EngineVersion: "11.22" } },
    says: [/allow-major-version-upgrade/],
  },
  {
    name: "f14",
    differs: "an instance without an initial database; SQL_DATABASE was created by hand",
    stack: { platform: "current", database: { DBName: undefined }, variables: { SQL_DATABASE: "beo" } },
    says: [/database\.name/],
  },
  {
    name: "f16",
    differs: "unencrypted, in a subnet group of its own; a refresh afterwards plans no replacement",
    stack: { platform: "current", database: { StorageEncrypted: false } },
    afterwards: async ({ run, check }) => {
      const { code, output } = await run("npx pulumi preview --refresh --json -s dev");
      check(code === 0 && !/"op": "[a-z-]*(replace|delete)/.test(output), "A refresh plans a replacement.");
    },
  },
  {
    name: "postgres-12",
    differs: "PostgreSQL 12 with a parameter group of its own",
    stack: {
      platform: "amazonLinux2",
      prepare: {
        GROUP:
          "aws rds create-db-parameter-group --db-parameter-group-name beo-pg12 --db-parameter-group-family postgres12 --description own --query DBParameterGroup.DBParameterGroupName --output text",
      },
      database: { EngineVersion: "12.22", DBParameterGroupName: "beo-pg12" },
    },
  },
  {
    name: "postgres-12-deprecated",
    differs: "PostgreSQL 12.4, which RDS no longer lists",
    stack: { platform: "amazonLinux2", database: { EngineVersion: "12.4" } },
  },
  {
    name: "database-settings",
    differs: "Multi-AZ, retention 35, windows, IAM authentication, larger storage, deletion protection, tags",
    stack: {
      platform: "current",
      database: {
        MultiAZ: true,
        BackupRetentionPeriod: 35,
        PreferredBackupWindow: "03:30-04:00",
        PreferredMaintenanceWindow: "sat:22:00-sat:23:00",
        EnableIAMDatabaseAuthentication: true,
        DBInstanceClass: "db.m5.xlarge",
        AllocatedStorage: 200,
        DeletionProtection: true,
        Tags: [{ Key: "Backup", Value: "daily" }],
      },
    },
    kept: [
      ...["MultiAZ", "BackupRetentionPeriod", "DBInstanceClass", "AllocatedStorage", "DeletionProtection"],
      ...["PreferredBackupWindow", "PreferredMaintenanceWindow", "tags.Backup"],
    ].map((attribute) => `database: ${attribute}`),
  },
  {
    name: "encrypted",
    differs: "encrypted with a KMS key of its own, other master user and database names",
    stack: {
      platform: "current",
      prepare: { KEY_ARN: "aws kms create-key --query KeyMetadata.Arn --output text" },
      database: { StorageEncrypted: true, KmsKeyId: "$KEY_ARN", MasterUsername: "beoadmin", DBName: "beo" },
    },
    kept: ["database: KmsKeyId", "database: StorageEncrypted", "database: MasterUsername"],
  },
  {
    name: "replica",
    differs: "the database has a read replica",
    stack: {
      platform: "current",
      commands: [
        `aws rds create-db-instance-read-replica --db-instance-identifier ${app}-replica --source-db-instance-identifier ${app}`,
      ],
    },
    says: [new RegExp(`${app}-replica`)],
  },
  {
    name: "managed-password",
    differs: "RDS manages the master password in Secrets Manager",
    stack: { platform: "current", database: { ManageMasterUserPassword: true } },
    blocked: [/password/i, /--no-manage-master-user-password|manage-master-user-password|Secrets Manager/i],
  },
  {
    name: "database-elsewhere",
    differs: "the database is in another region",
    stack: { platform: "current", database: { region: "us-east-1" } },
    blocked: [/us-east-1/],
  },
  {
    name: "database-of-others",
    differs: "SQL_HOST is not an instance of this account",
    stack: {
      platform: "current",
      variables: { SQL_HOST: "beo.cyqoyvsbijqx.us-west-1.rds.amazonaws.com" },
    },
    blocked: [/SQL_HOST/, /beo\.cyqoyvsbijqx\.us-west-1\.rds\.amazonaws\.com/],
  },
  {
    name: "two-databases",
    differs: "web and worker use different databases",
    stack: {
      platform: "current",
      commands: [
        `aws rds create-db-instance --db-instance-identifier beo-other --engine postgres --db-instance-class db.t3.medium --allocated-storage 20 --master-username postgres --master-user-password OtherDatabase2020 >/dev/null`,
        `host=$(aws rds describe-db-instances --db-instance-identifier beo-other --query 'DBInstances[0].Endpoint.Address' --output text)
         aws elasticbeanstalk update-environment --environment-name ${app}-worker --option-settings Namespace=aws:elasticbeanstalk:application:environment,OptionName=SQL_HOST,Value=$host >/dev/null
         /bin/sleep 1`,
      ],
    },
    blocked: [/SQL_HOST/, /beo-other/],
  },
  {
    name: "stopped-database",
    differs: "the database is stopped; it is started first",
    stack: {
      platform: "current",
      commands: [`aws rds stop-db-instance --db-instance-identifier ${app} >/dev/null`],
    },
    says: [/stopped/, /start-db-instance/],
  },
];

export const storage: Variation[] = [
  {
    name: "f04",
    differs: "the media bucket is versioned, without lifecycle rules",
    stack: {
      platform: "retired",
      commands: [
        `aws s3api put-bucket-versioning --bucket ${app}-media --versioning-configuration Status=Enabled`,
        ...["first", "second", "third"].map(
          (text) =>
            `echo ${text} > $HOME/body; aws s3api put-object --bucket ${app}-media --key media_root/history.csv --body $HOME/body`,
        ),
        `aws s3api delete-object --bucket ${app}-media --key media_root/history.csv`,
      ],
    },
    says: [/noncurrentVersionDays/],
    kept: [`bucket ${app}-media: versioning`],
    afterwards: async ({ run, check }) => {
      const { output } = await run(
        `aws s3api get-bucket-lifecycle-configuration --bucket ${app}-media || true`,
      );
      check(!output.includes("NoncurrentVersionExpiration"), "Old versions of the media expire.");
    },
  },
  {
    name: "bucket-names",
    differs: "both buckets have other names",
    stack: { platform: "retired", buckets: { media: "navigader-uploads", static: "navigader-assets" } },
    says: [/storage\.mediaBucketName/, /storage\.staticBucketName/],
  },
  {
    name: "bucket-elsewhere",
    differs: "the buckets are in another region",
    stack: { platform: "current", buckets: { region: "us-east-2" } },
    blocked: [/us-east-2/, /copy|sync/i],
  },
  {
    name: "bucket-settings",
    differs: "own CORS rules, lifecycle, KMS encryption, website, tags, logging",
    stack: {
      platform: "current",
      prepare: { KEY_ARN: "aws kms create-key --query KeyMetadata.Arn --output text" },
      commands: [
        `aws s3api put-bucket-cors --bucket ${app}-media --cors-configuration '{"CORSRules":[{"AllowedMethods":["GET","PUT"],"AllowedOrigins":["*"],"AllowedHeaders":["*"]}]}'`,
        `aws s3api put-bucket-lifecycle-configuration --bucket ${app}-media --lifecycle-configuration '{"Rules":[{"ID":"archive","Status":"Enabled","Filter":{"Prefix":"media_root/"},"Transitions":[{"Days":365,"StorageClass":"GLACIER"}]}]}'`,
        `aws s3api put-bucket-encryption --bucket ${app}-media --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"$KEY_ARN"}}]}'`,
        `aws s3api put-bucket-tagging --bucket ${app}-media --tagging 'TagSet=[{Key=Backup,Value=daily},{Key=CostCenter,Value=42}]'`,
        `aws s3api put-bucket-website --bucket ${app}-static --website-configuration '{"IndexDocument":{"Suffix":"index.html"}}'`,
        `aws s3api put-bucket-policy --bucket ${app}-static --policy '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::${app}-static/*"}]}'`,
      ],
    },
    kept: [`bucket ${app}-media: tags.Backup`, `bucket ${app}-media: tags.CostCenter`],
    // The program has none for uploads.
    drift: [/media-bucket: has CORS rules for other origins/],
  },
  {
    name: "bucket-acl",
    differs: "the static bucket's ACL lets everyone read",
    stack: {
      platform: "current",
      commands: [`aws s3api put-bucket-acl --bucket ${app}-static --acl public-read`],
    },
    blocked: [/ACL/, /put-bucket-acl/],
  },
];

export const queue: Variation[] = [
  {
    name: "f10",
    differs:
      "tags, long polling, delay, redrive count 3, CORS with PUT, IAM authentication, health check path",
    stack: {
      platform: "current",
      prepare: {
        DEAD_LETTERS: `${sqs} create-queue --queue-name beo-failed --query QueueUrl --output text >/dev/null; echo arn:aws:sqs:us-west-1:123456789012:beo-failed`,
      },
      queue: {
        attributes: {
          ReceiveMessageWaitTimeSeconds: "20",
          DelaySeconds: "5",
          MessageRetentionPeriod: "1209600",
          RedrivePolicy: '{"deadLetterTargetArn":"$DEAD_LETTERS","maxReceiveCount":3}',
        },
      },
      database: { EnableIAMDatabaseAuthentication: true, Tags: [{ Key: "Backup", Value: "daily" }] },
      web: { options: { "aws:elasticbeanstalk:environment:process:default HealthCheckPath": "/health/" } },
      commands: [
        `${sqs} tag-queue --queue-url $QUEUE_URL --tags Owner=data-team`,
        `aws s3api put-bucket-cors --bucket ${app}-media --cors-configuration '{"CORSRules":[{"AllowedMethods":["GET","PUT"],"AllowedOrigins":["https://dev.beo.beo-e2e.net"]}]}'`,
      ],
    },
    kept: [
      "database: tags.Backup",
      "queue: tags.Owner",
      "queue: ReceiveMessageWaitTimeSeconds",
      "queue: DelaySeconds",
      "queue: MessageRetentionPeriod",
      "database: IAMDatabaseAuthenticationEnabled",
      "web: aws:elasticbeanstalk:environment:process:default HealthCheckPath",
    ],
  },
  {
    name: "queue-name",
    differs: "the queue has another name",
    stack: { platform: "retired", queue: { name: "celery" } },
    says: [/queue\.name/],
  },
  {
    name: "queue-kms",
    differs: "the queue is encrypted with a KMS key",
    stack: {
      platform: "current",
      prepare: { KEY_ARN: "aws kms create-key --query KeyMetadata.Arn --output text" },
      queue: { attributes: { KmsMasterKeyId: "$KEY_ARN", VisibilityTimeout: "7200" } },
    },
  },
];

export const user: Variation[] = [
  {
    name: "f12",
    differs: "the user has a console login, groups and policies of its own; destroy works afterwards",
    stack: {
      platform: "current",
      commands: [
        `aws iam create-login-profile --user-name ${app} --password Console-2020-login`,
        `aws iam create-group --group-name developers >/dev/null; aws iam add-user-to-group --group-name developers --user-name ${app}`,
        `aws iam put-user-policy --user-name ${app} --policy-name logs --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}'`,
      ],
    },
    says: [/console|login/i, /developers/],
    drift: [/member of the group developers/, /has a password for the console/],
    kept: ["user: Groups"],
    afterwards: async ({ run, check }) => {
      const { output } = await run(
        "npx pulumi config set --path protect false -s dev; npx pulumi up -s dev; npx pulumi destroy -s dev",
      );
      check(!output.includes("DeleteConflict"), `destroy ends in DeleteConflict:\n${output.slice(-2000)}`);
    },
  },
  {
    name: "f17",
    differs: "SMTP credentials are taken over; mail.keyGeneration does nothing then",
    stack: { platform: "current" },
    afterwards: async ({ run, check }) => {
      const { output } = await run(
        "npx pulumi config set --path mail.keyGeneration 2 -s dev; npx pulumi preview -s dev || true",
      );
      check(output.includes("keyGeneration"), "Nothing is said about mail.keyGeneration.");
    },
  },
  {
    name: "user-name",
    differs: "the user has another name and a path",
    stack: { platform: "retired", user: { name: "navigader", path: "/applications/" } },
    says: [/serviceAccount\.userName/],
  },
  {
    name: "two-keys",
    differs: "the user has two access keys",
    stack: { platform: "current", user: { keys: 2 } },
    blocked: [/delete-access-key|update-access-key/, /two access keys/i],
  },
];

export const environments: Variation[] = [
  {
    name: "f02",
    differs: "Amazon Linux 2, classic load balancers: what nearly every stack is",
    stack: { platform: "amazonLinux2" },
  },
  {
    name: "f06",
    differs: "Amazon Linux 2023 in the default VPC, without a VPCId option",
    stack: {
      platform: "current",
      web: { options: { "aws:ec2:vpc VPCId": "", "aws:ec2:vpc Subnets": "", "aws:ec2:vpc ELBSubnets": "" } },
      worker: { options: { "aws:ec2:vpc VPCId": "", "aws:ec2:vpc Subnets": "" } },
    },
  },
  {
    name: "f07",
    differs: "a clone has the address already (eb clone, eb swap)",
    stack: {
      platform: "retired",
      more: [{ name: `${app}-old`, tier: "WebServer" }],
      commands: [
        `aws elasticbeanstalk swap-environment-cnames --source-environment-name ${app} --destination-environment-name ${app}-old; /bin/sleep 1`,
        `aws elasticbeanstalk update-environment --environment-name ${app}-old --option-settings Namespace=aws:elasticbeanstalk:application:environment,OptionName=DJANGO_ALLOWED_HOSTS,Value=$CNAME >/dev/null; /bin/sleep 1`,
      ],
    },
  },
  {
    name: "clone",
    differs: "a clone on Amazon Linux 2023 has the address",
    stack: {
      platform: "current",
      more: [{ name: `${app}-green`, tier: "WebServer" }],
      commands: [
        `aws elasticbeanstalk swap-environment-cnames --source-environment-name ${app} --destination-environment-name ${app}-green; /bin/sleep 1`,
        `aws elasticbeanstalk update-environment --environment-name ${app}-green --option-settings Namespace=aws:elasticbeanstalk:application:environment,OptionName=DJANGO_ALLOWED_HOSTS,Value=$CNAME >/dev/null; /bin/sleep 1`,
      ],
    },
    says: [/web\.environmentName beo-datastore-dev-green/],
    // The one that it replaced uses the old key and group, so they stay until people decide about them.
    drift: [
      /allows tcp 5432 from 0\.0\.0\.0\/0/,
      /inline policy beo-datastore is not in the program/,
      /access key .* is not in the program/,
      new RegExp(`environment ${app} .*${app}-green\\..* is not in the program`),
    ],
  },
  {
    name: "f11",
    differs: "larger instances, 3 to 10 of them, Multi-AZ in dev, retention 35",
    stack: {
      platform: "current",
      database: { MultiAZ: true, BackupRetentionPeriod: 35 },
      web: {
        options: {
          "aws:ec2:instances InstanceTypes": "m5.large",
          [`${asg} MinSize`]: "3",
          [`${asg} MaxSize`]: "10",
        },
      },
    },
    kept: [
      "database: MultiAZ",
      "database: BackupRetentionPeriod",
      `web: ${asg} MinSize`,
      `web: ${asg} MaxSize`,
      "web: aws:ec2:instances InstanceTypes",
    ],
  },
  {
    name: "f15",
    differs: "the environments cannot be updated at first: the database keeps its password",
    stack: {
      platform: "current",
    },
    fault: {
      service: "elasticbeanstalk",
      action: "UpdateEnvironment",
      error: "InvalidParameterValue",
      count: 2,
    },
  },
  {
    name: "sizes-of-old",
    differs: "retired platform with 2 to 6 instances of another type and a key pair",
    stack: {
      platform: "retired",
      prepare: { KEY_NAME: "aws ec2 create-key-pair --key-name beo --query KeyName --output text" },
      web: {
        options: {
          "aws:autoscaling:launchconfiguration InstanceType": "t3.large",
          "aws:autoscaling:launchconfiguration EC2KeyName": "beo",
          [`${asg} MinSize`]: "2",
          [`${asg} MaxSize`]: "6",
        },
      },
    },
    kept: [`web: ${asg} MinSize`, `web: ${asg} MaxSize`],
  },
  {
    name: "environment-names",
    differs: "the environments have other names",
    stack: { platform: "current", web: { name: "navigader-web" }, worker: { name: "navigader-jobs" } },
    says: [/web\.environmentName/, /worker\.environmentName/],
  },
  {
    name: "old-names",
    differs: "retired platform, other names",
    stack: { platform: "retired", web: { name: "navigader" }, worker: { name: "navigader-worker" } },
  },
  {
    name: "other-application",
    differs: "the environments belong to another application",
    stack: {
      platform: "amazonLinux2",
      web: { application: "navigader" },
      worker: { application: "navigader" },
    },
  },
  {
    name: "third-environment",
    differs: "a third environment in the application, for demonstrations",
    stack: { platform: "current", more: [{ name: `${app}-demo`, tier: "WebServer" }] },
    says: [new RegExp(`${app}-demo`)],
    // It uses the old key and group, so they stay until people decide about them.
    drift: [
      /allows tcp 5432 from 0\.0\.0\.0\/0/,
      /inline policy beo-datastore is not in the program/,
      /access key .* is not in the program/,
      new RegExp(`environment ${app}-demo .*${app}-demo\\..* is not in the program`),
    ],
  },
  {
    name: "docker",
    differs: "Docker on Amazon Linux 2, a single instance",
    stack: {
      platform: "docker",
      web: {
        options: {
          "aws:elasticbeanstalk:environment EnvironmentType": "SingleInstance",
          "aws:elasticbeanstalk:environment LoadBalancerType": "",
        },
      },
    },
  },
  {
    name: "own-vpc",
    differs: "Amazon Linux 2023 in a VPC of its own",
    stack: {
      platform: "current",
      prepare: {
        OWN_VPC: "aws ec2 create-vpc --cidr-block 10.9.0.0/16 --query Vpc.VpcId --output text",
        OWN_A:
          "aws ec2 create-subnet --vpc-id $OWN_VPC --cidr-block 10.9.1.0/24 --availability-zone us-west-1a --query Subnet.SubnetId --output text",
        OWN_B:
          "aws ec2 create-subnet --vpc-id $OWN_VPC --cidr-block 10.9.2.0/24 --availability-zone us-west-1b --query Subnet.SubnetId --output text",
        OWN_GATEWAY: `gateway=$(aws ec2 create-internet-gateway --query InternetGateway.InternetGatewayId --output text)
          aws ec2 attach-internet-gateway --internet-gateway-id $gateway --vpc-id $OWN_VPC
          table=$(aws ec2 describe-route-tables --filters Name=vpc-id,Values=$OWN_VPC --query 'RouteTables[0].RouteTableId' --output text)
          aws ec2 create-route --route-table-id $table --destination-cidr-block 0.0.0.0/0 --gateway-id $gateway >/dev/null
          echo $gateway`,
        OWN_GROUP:
          "aws ec2 create-security-group --vpc-id $OWN_VPC --group-name beo-rds --description own --query GroupId --output text",
        OWN_SUBNETS:
          "aws rds create-db-subnet-group --db-subnet-group-name beo-own --db-subnet-group-description own --subnet-ids $OWN_A $OWN_B --query DBSubnetGroup.DBSubnetGroupName --output text",
      },
      database: { DBSubnetGroupName: "beo-own", VpcSecurityGroupIds: ["$OWN_GROUP"] },
      web: {
        options: {
          "aws:ec2:vpc VPCId": "$OWN_VPC",
          "aws:ec2:vpc Subnets": "$OWN_A,$OWN_B",
          "aws:ec2:vpc ELBSubnets": "$OWN_A,$OWN_B",
        },
      },
      worker: {
        options: { "aws:ec2:vpc VPCId": "$OWN_VPC", "aws:ec2:vpc Subnets": "$OWN_A,$OWN_B" },
      },
    },
    kept: ["database: DBSubnetGroupName", "web: aws:ec2:vpc VPCId"],
    says: [/network\.vpcId/],
  },
  {
    name: "cname-prefix",
    differs: "retired platform; the address has the prefix that the program would take",
    stack: { platform: "retired", web: { cnamePrefix: app } },
  },
];

export const variables: Variation[] = [
  {
    name: "f03",
    differs: "a third party's key among the variables",
    stack: {
      platform: "retired",
      variables: { PVWATTS_API_KEY: "Pvwatts2020ApiKey0123456789", OPENEI_PLAIN: "yes" },
    },
    says: [/PVWATTS_API_KEY/],
  },
  {
    name: "f08",
    differs: "AWS_DEFAULT_ACL and EMAIL_FILE_DIR are set",
    stack: {
      platform: "current",
      variables: { AWS_DEFAULT_ACL: "public-read", EMAIL_FILE_DIR: "/tmp/mail" },
    },
    mayBlock: true,
    says: [/--options-to-remove .*AWS_DEFAULT_ACL/, /--options-to-remove .*EMAIL_FILE_DIR/],
  },
  {
    name: "references",
    differs: "secrets by reference to SSM and Secrets Manager",
    stack: {
      platform: "current",
      prepare: {
        PARAMETER_ARN: `aws ssm put-parameter --name /beo/secret-key --type SecureString --value $SECRET_KEY >/dev/null; aws ssm get-parameter --name /beo/secret-key --query Parameter.ARN --output text`,
        SECRET_ARN: `aws secretsmanager create-secret --name beo/pvwatts --secret-string '{"key":"PvwattsFromSecretsManager2020"}' --query ARN --output text`,
      },
      web: {
        options: {
          "aws:elasticbeanstalk:application:environmentsecrets SECRET_KEY": "$PARAMETER_ARN",
          "aws:elasticbeanstalk:application:environmentsecrets PVWATTS_API_KEY": "$SECRET_ARN:key",
        },
      },
      worker: {
        options: {
          "aws:elasticbeanstalk:application:environmentsecrets SECRET_KEY": "$PARAMETER_ARN",
          "aws:elasticbeanstalk:application:environmentsecrets PVWATTS_API_KEY": "$SECRET_ARN:key",
        },
      },
      variables: { SECRET_KEY: "" },
    },
    says: [/PVWATTS_API_KEY/],
  },
  {
    name: "worker-variables",
    differs: "variables of the worker only, with spaces and signs",
    stack: {
      platform: "retired",
      worker: {
        variables: {
          CELERYD_OPTS: "--time-limit=900 --concurrency=2",
          EIA_TOKEN: "Eia2020Token/with+signs=",
          NREL_URL: "https://developer.nrel.gov/api?format=json",
        },
      },
    },
    says: [/CELERYD_OPTS/, /EIA_TOKEN/],
  },
];

export const addresses: Variation[] = [
  {
    name: "alias",
    differs: "retired platform; a Route 53 alias leads to the environment",
    stack: { platform: "retired", prepare: zone, domain, commands: [alias()] },
    configuration: withDomain,
    says: [/web\.dnsRecord/],
  },
  {
    name: "cname-record",
    differs: "retired platform; a CNAME record in Route 53",
    stack: {
      platform: "amazonLinux2",
      prepare: zone,
      domain,
      commands: [records({ Name: domain, Type: "CNAME", TTL: 300, ResourceRecords: [{ Value: "$CNAME" }] })],
    },
    configuration: withDomain,
  },
  {
    name: "weighted",
    differs: "weighted records",
    stack: {
      platform: "retired",
      prepare: zone,
      domain,
      commands: [alias('"SetIdentifier":"old","Weight":100,')],
    },
    configuration: withDomain,
    blocked: [/weighted|routing policy/i],
  },
  {
    name: "dns-elsewhere",
    differs: "the domain's records are at another DNS provider",
    stack: { platform: "retired", prepare: certificate, domain },
    configuration: { domain, certificateArn: "$CERTIFICATE_ARN" },
    elsewhere: true,
  },
  {
    name: "https",
    differs: "Amazon Linux 2023 with an HTTPS listener and a certificate",
    stack: {
      platform: "current",
      prepare: { ...zone, ...certificate },
      domain,
      web: {
        options: {
          "aws:elbv2:listener:443 Protocol": "HTTPS",
          "aws:elbv2:listener:443 SSLCertificateArns": "$CERTIFICATE_ARN",
        },
      },
      commands: [alias()],
    },
    configuration: { domain, certificateArn: "$CERTIFICATE_ARN" },
  },
];

export const mail: Variation[] = [
  {
    name: "f09",
    differs: "MX and TXT records of others at the MAIL FROM name",
    stack: {
      platform: "current",
      prepare: zone,
      domain,
      commands: [
        alias(),
        records(
          ...["ses-bounces.beo-e2e.net"].flatMap((Name) => [
            { Name, Type: "MX", TTL: 300, ResourceRecords: [{ Value: "10 mx.provider.example" }] },
            {
              Name,
              Type: "TXT",
              TTL: 300,
              ResourceRecords: [{ Value: '"v=spf1 include:provider.example -all"' }],
            },
          ]),
        ),
      ],
      variables: { SMTP_USER: "", SMTP_PASSWORD: "" },
    },
    configuration: { ...withDomain, "mail.domain": "beo-e2e.net" },
    blocked: [/mailFromSubdomain/, /ses-bounces\.beo-e2e\.net/],
  },
  {
    name: "identity",
    differs: "SES knows the sender's identity already",
    stack: {
      platform: "current",
      commands: [
        "aws sesv2 create-email-identity --email-identity dev-support@beo-e2e.net --region us-west-2 --tags Key=Team,Value=data >/dev/null",
      ],
      variables: { SMTP_USER: "", SMTP_PASSWORD: "" },
    },
    // Other applications may send with it, and destroy would delete it.
    mayBlock: true,
    says: [/delete-email-identity/, /smtpUser/],
  },
  {
    name: "other-provider",
    differs: "another mail provider",
    stack: { platform: "amazonLinux2", variables: { SMTP_USER: "postmaster@mg.beo-e2e.net" } },
  },
];

/** All of them, by the file that runs them. */
export const variations = { database, storage, queue, user, environments, variables, addresses, mail };
