import { expect } from "chai";
import { describe, it } from "mocha";
import { createImportFile, getEnvironmentStates, getProvisionalStates } from "../../cli/adopt/import-file";
import type { AdoptionContext, Match } from "../../cli/adopt/matcher";
import { matchers } from "../../cli/adopt/matchers";
import { describeEnvironment } from "../../cli/adopt/environments";
import { matchEnvironment } from "../../cli/adopt/matchers/beanstalk";
import { findBucket, isShared } from "../../cli/adopt/matchers/bucket";
import { getKeptSettings, matchDatabase } from "../../cli/adopt/matchers/database";
import { matchQueue } from "../../cli/adopt/matchers/queue";
import { matchDmarcRecords, matchMailRecords, matchRecords } from "../../cli/adopt/matchers/record";
import { matchUser } from "../../cli/adopt/matchers/user";
import { formatReport } from "../../cli/adopt/report";
import { requireExistingVpc } from "../../cli/adopt/create-survey/find-resources";
import type { ExistingEnvironment, Survey } from "../../cli/adopt/survey";
import type { Step } from "../../cli/preview";
import { propertyNamespace } from "../../plan/application-environments";
import type { PlannedResource } from "../../plan/plan";
import { resourceTypes } from "../../plan/resource-types";
import { awsError, fakeAws } from "../support/fake-aws";

const getRequired = ({ requiredSettings }: Match) =>
  Object.fromEntries(requiredSettings.map(({ key, value }) => [key, value]));
const context = {
  stack: "prod",
  region: "us-west-1",
  vpcId: "vpc-1",
  branch: "Python 3.13",
  managed: new Set<string>(),
  environments: [],
};

describe("adoption", () => {
  describe("database", () => {
    const planned = {
      storageEncrypted: true,
      username: "beo_datastore",
      engineVersion: "17",
      dbName: "beo_datastore",
      dbSubnetGroupName: "[unknown]",
      vpcSecurityGroupIds: ["[unknown]"],
      allocatedStorage: 20,
      maxAllocatedStorage: 100,
      port: 5432,
    };
    /** What every instance needs that was made by hand. */
    const needed = {
      "database.subnetGroupName": "default",
      "database.additionalSecurityGroupIds[0]": "sg-1",
    };
    const instance = {
      DBInstanceIdentifier: "beo",
      Engine: "postgres",
      EngineVersion: "17.4",
      DBInstanceStatus: "available",
      DBName: "beo_datastore",
      MasterUsername: "beo_datastore",
      StorageEncrypted: true,
      AllocatedStorage: 20,
      DBSubnetGroup: { DBSubnetGroupName: "default", VpcId: "vpc-1" },
      VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1" }],
    };
    const of = (change: object, inputs: object = {}) =>
      matchDatabase({ ...instance, ...change }, { ...planned, ...inputs }, context);

    it("requires its subnet group, and the security group through which instances reach it", () => {
      const { blockers } = of({});
      expect(getRequired(of({}))).to.deep.equal(needed);
      expect(blockers).to.deep.equal([]);
      const kept = { dbSubnetGroupName: "default", vpcSecurityGroupIds: ["[unknown]", "sg-1"] };
      expect(getRequired(of({}, kept))).to.deep.equal({});
    });

    it("keeps the key of its storage, where the program would create one", () => {
      const KmsKeyId = "arn:aws:kms:us-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
      const own = { kmsKeyId: "[unknown]" };
      expect(getRequired(of({ KmsKeyId }, own))).to.deep.equal({ ...needed, "database.kmsKey": KmsKeyId });
      expect(getRequired(of({ KmsKeyId }, { kmsKeyId: KmsKeyId }))).to.deep.equal(needed);
      expect(getRequired(of({ KmsKeyId }))).to.deep.equal(needed);
      const managed = new Set(["1234abcd-12ab-34cd-56ef-1234567890ab"]);
      const match = matchDatabase({ ...instance, KmsKeyId }, { ...planned, ...own }, { ...context, managed });
      expect(getRequired(match)).to.deep.equal(needed);
    });

    it("keeps the type of its storage, with IOPS that are provisioned", () => {
      const gp3 = { storageType: "gp3" };
      const io1 = { StorageType: "io1", Iops: 3000 };
      expect(getRequired(of({ StorageType: "gp2" }, gp3))).to.deep.equal({
        ...needed,
        "database.storageType": "gp2",
      });
      expect(getRequired(of(io1, gp3))).to.deep.equal({
        ...needed,
        "database.storageType": "io1",
        "database.iops": 3000,
      });
      expect(getRequired(of(io1, { storageType: "io1", iops: 3000 }))).to.deep.equal(needed);
      expect(getRequired(of({ StorageType: "gp3", Iops: 3000 }, gp3))).to.deep.equal(needed);
      // Magnetic storage has no setting.
      expect(getRequired(of({ StorageType: "standard" }, gp3))).to.deep.equal(needed);
    });

    it("names its windows and certificate authority, unless a rule refuses them", () => {
      const read = (change: object) =>
        Object.fromEntries(
          getKeptSettings({ ...instance, ...change }, "Tue:09:00").map(({ key, value }) => [key, value]),
        );
      const windows = {
        PreferredBackupWindow: "03:30-04:00",
        PreferredMaintenanceWindow: "sat:22:00-sat:23:00",
      };
      expect(read({ ...windows, CACertificateIdentifier: "rds-ca-rsa2048-g1" })).to.deep.equal({
        "database.backupWindow": "03:30-04:00",
        "database.maintenanceWindow": "sat:22:00-sat:23:00",
        "database.caCertificateIdentifier": "rds-ca-rsa2048-g1",
      });
      expect(
        read({
          ...windows,
          PreferredMaintenanceWindow: "tue:10:00-tue:10:30",
          CACertificateIdentifier: "rds-ca-2019",
        }),
      ).to.deep.equal({ "database.backupWindow": "03:30-04:00" });
      expect(read({})).to.deep.equal({});
    });

    it("requires no subnet group that is in the stack: it is the program's, under its generated name", () => {
      const managed = new Set(["beo-db-subnets-366a2b2"]);
      const DBSubnetGroup = { DBSubnetGroupName: "beo-db-subnets-366a2b2", VpcId: "vpc-1" };
      const match = matchDatabase({ ...instance, DBSubnetGroup }, planned, { ...context, managed });
      expect(getRequired(match)).to.deep.equal({ "database.additionalSecurityGroupIds[0]": "sg-1" });
    });

    it("lists its old security group for cleanup, with commands for the stack", () => {
      const why = "The database's old security group";
      const config = "npx pulumi config rm --path database.additionalSecurityGroupIds --stack prod";
      expect(of({}).cleanup).to.deep.equal([
        `${why}: ${config} && npx pulumi up --stack prod, then aws ec2 delete-security-group --group-id sg-1`,
      ]);
    });

    const required: [object, string, unknown][] = [
      [{ StorageEncrypted: false }, "database.storageEncrypted", false],
      [{ MasterUsername: "postgres" }, "database.username", "postgres"],
      [{ EngineVersion: "14.2" }, "database.engineVersion", "14"],
      [{ AllocatedStorage: 200 }, "database.maxAllocatedStorage", 400],
      [{ AllocatedStorage: 40000 }, "database.maxAllocatedStorage", 65536],
      [{ DBSubnetGroup: { DBSubnetGroupName: "default", VpcId: "vpc-2" } }, "network.vpcId", "vpc-2"],
    ];
    for (const [change, key, value] of required) {
      it(`requires ${key} for ${JSON.stringify(change)}`, () => {
        expect(getRequired(of(change))).to.deep.equal({ ...needed, [key]: value });
        expect(of(change).blockers).to.deep.equal([]);
      });
    }

    it("requires the subnets of a VPC of its own, as the database and the environments have them", () => {
      const inVpc = (role: "web" | "worker", options: Record<string, string>) => ({
        role,
        name: `beo-${role}`,
        options: Object.entries({ VPCId: "vpc-2", ...options }).map(([OptionName, Value]) => ({
          Namespace: "aws:ec2:vpc",
          OptionName,
          Value,
        })),
      });
      const require = (...environments: ReturnType<typeof inVpc>[]) =>
        getRequired(
          matchDatabase(
            {
              ...instance,
              DBSubnetGroup: {
                DBSubnetGroupName: "default",
                VpcId: "vpc-2",
                Subnets: [{ SubnetIdentifier: "subnet-d1" }, { SubnetIdentifier: "subnet-d2" }],
              },
            },
            planned,
            { ...context, environments: environments as ExistingEnvironment[] },
          ),
        );
      const database = {
        ...needed,
        "network.vpcId": "vpc-2",
        "network.databaseSubnetIds[0]": "subnet-d1",
        "network.databaseSubnetIds[1]": "subnet-d2",
      };
      const instances = {
        "network.instanceSubnetIds[0]": "subnet-a",
        "network.instanceSubnetIds[1]": "subnet-b",
      };
      const Subnets = "subnet-b, subnet-a";
      expect(require(inVpc("web", { VPCId: "vpc-3", Subnets }))).to.deep.equal(database);
      expect(require(inVpc("web", { Subnets, ELBSubnets: "subnet-a,subnet-b" }))).to.deep.equal({
        ...database,
        ...instances,
      });
      expect(
        require(inVpc("worker", { Subnets: "subnet-w" }), inVpc("web", {
          Subnets,
          ELBSubnets: "subnet-p,subnet-q",
          AssociatePublicIpAddress: "false",
        })),
      ).to.deep.equal({
        ...database,
        ...instances,
        "network.loadBalancerSubnetIds[0]": "subnet-p",
        "network.loadBalancerSubnetIds[1]": "subnet-q",
        "network.associatePublicIpAddress": false,
      });
      expect(require(inVpc("worker", { Subnets }))).to.deep.equal({ ...database, ...instances });
    });

    const blockers: [object, RegExp][] = [
      [{ Engine: "mysql" }, /^Its engine is mysql, .*Dump the database/],
      [{ DBClusterIdentifier: "c" }, /^Its engine is postgres in a cluster, /],
      [{ Endpoint: { Port: 5433 } }, /^It listens on port 5433, .*--db-port-number 5432/],
      [{ ReadReplicaSourceDBInstanceIdentifier: "a" }, /promote-read-replica/],
      [
        { MasterUserSecret: {} },
        /"ManageMasterUserPassword":false,"MasterUserPassword":"%s".*--cli-input-json/,
      ],
      [{ DBInstanceStatus: "modifying" }, /^Its status is modifying. Wait/],
    ];
    it("is not blocked by an old version, which the second step upgrades, nor asked to keep it", () => {
      const old = of({ EngineVersion: "12.22" });
      expect(old.blockers).to.deep.equal([]);
      expect(getRequired(old)).not.to.have.property("database.engineVersion");
    });

    for (const [change, message] of blockers) {
      it(`is blocked by ${JSON.stringify(change)}`, () => {
        const found = of(change).blockers;
        expect(found).to.have.length(1);
        expect(found[0]).to.match(message);
      });
    }

    it("is started before it is waited for, if it is stopped", () => {
      const id = "--db-instance-identifier beo";
      const wait = `aws rds wait db-instance-available ${id}`;
      const find = (DBInstanceStatus: string) => of({ DBInstanceStatus }).blockers.join();
      for (const status of ["stopped", "stopping"]) {
        expect(find(status)).to.include(`: aws rds start-db-instance ${id} && ${wait}`);
      }
      expect(find("backing-up")).to.include(`: ${wait}`).and.not.to.include("start");
    });

    it("requires no version that the program does not support: the steps upgrade it first", () => {
      expect(getRequired(of({ EngineVersion: "12.22" }))).to.deep.equal(needed);
    });

    it("takes over an instance whose first database has another name, or none", () => {
      for (const DBName of [undefined, "other"]) {
        expect(of({ DBName }).blockers).to.deep.equal([]);
        expect(getRequired(of({ DBName }))).to.deep.equal(needed);
      }
    });
  });

  describe("environment", () => {
    const property = "aws:elasticbeanstalk:application:environment";
    const scale = (value: string) => ({
      namespace: "aws:elasticbeanstalk:environment",
      name: "EnvironmentType",
      value,
    });
    const planned = {
      application: "beo",
      name: "beo",
      tier: "WebServer",
      settings: [
        scale("LoadBalanced"),
        { namespace: property, name: "DEBUG", value: "0" },
        {
          namespace: property,
          name: "DJANGO_ALLOWED_HOSTS",
          value: "beo.us-west-1.elasticbeanstalk.com",
        },
        { namespace: `${property}secrets`, name: "SECRET_KEY", value: "[unknown]" },
      ],
    };
    const description = {
      EnvironmentId: "e-1",
      EnvironmentName: "beo",
      ApplicationName: "beo",
      CNAME: "beo.us-west-1.elasticbeanstalk.com",
      SolutionStackName: "64bit Amazon Linux 2023 v4.13.7 running Python 3.13",
      Tier: { Name: "WebServer" },
      Status: "Ready",
      VersionLabel: "app-1",
    } as const;
    const options = {
      "aws:elasticbeanstalk:environment EnvironmentType": "LoadBalanced",
      "aws:elasticbeanstalk:environment LoadBalancerType": "application",
      "aws:ec2:vpc VPCId": "vpc-1",
    };
    const names = { application: "beo", web: "beo", worker: "beo-worker" };
    const describeIt = (change: object, more: Record<string, string> = {}) =>
      describeEnvironment(
        { ...description, ...change },
        Object.entries({ ...options, ...more }).map(([key, Value]) => {
          const [Namespace, OptionName] = key.split(" ");
          return { Namespace, OptionName, Value };
        }),
        names,
        new Set(),
      );
    const of = (change: object, more: Record<string, string> = {}, inputs: object = {}) =>
      matchEnvironment(describeIt(change, more), { ...planned, ...inputs }, context);

    it("requires nothing if it equals the planned one", () => {
      expect(of({})).to.deep.include({
        id: "e-1",
        requiredSettings: [],
        blockers: [],
        cleanup: [],
      });
    });

    it("requires its name, address, platform branch and VPC", () => {
      expect(getRequired(of({ EnvironmentName: "beo-web" }))).to.deep.equal({
        "web.environmentName": "beo-web",
      });
      expect(getRequired(of({ CNAME: "x.eba-abc.us-west-1.elasticbeanstalk.com" }))).to.deep.equal({
        "web.cnamePrefix": "x.eba-abc",
      });
      expect(
        getRequired(of({ SolutionStackName: "64bit Amazon Linux 2023 v4.0.0 running Python 3.11" })),
      ).to.deep.equal({ "platform.branch": "Python 3.11" });
      expect(getRequired(of({}, { "aws:ec2:vpc VPCId": "vpc-2" }))).to.deep.equal({
        "network.vpcId": "vpc-2",
      });
    });

    it("requires plain secrets to stay plain, and lists them for cleanup afterwards", () => {
      const found = of({}, { [`${property} SECRET_KEY`]: "hush" });
      expect(getRequired(found)).to.deep.equal({ "platform.plainSecrets": true });
      expect(found.cleanup).to.deep.equal([]);
      const settings = planned.settings.filter(({ name }) => name !== "SECRET_KEY");
      expect(of({}, {}, { settings }).cleanup.join()).to.include(
        "npx pulumi config rm --path platform.plainSecrets --stack prod && npx pulumi up --stack prod",
      );
    });

    it("lists variables by name, never by value", () => {
      const { notes } = of(
        {},
        { [`${property} DEBUG`]: "confidential", [`${property} PVWATTS_API_KEY`]: "confidential" },
      );
      expect(notes).to.include("Variables that change to the program's values: DEBUG.");
      expect(notes.join()).to.match(/Variables that the program does not set: PVWATTS_API_KEY\./);
      expect(notes.join()).not.to.include("confidential");
    });

    it("is blocked while it is updating", () => {
      expect(of({ Status: "Updating" }).blockers.join()).to.match(/^Its status is Updating\. Wait/);
    });

    const refused: [string, object, Record<string, string>, RegExp][] = [
      ["of another application", { ApplicationName: "other" }, {}, /belongs to the application "other"/],
      [
        "a worker of the web tier",
        {},
        { [`${property} WORKER`]: "1" },
        /tier is WebServer instead of Worker/,
      ],
      [
        "on the first Amazon Linux",
        { SolutionStackName: "64bit Amazon Linux 2018.03 v2.9.10 running Python 3.6" },
        {},
        /its platform is .*Python 3\.6/,
      ],
      [
        "on Amazon Linux 2",
        { SolutionStackName: "64bit Amazon Linux 2 v3.3.9 running Python 3.8" },
        {},
        /its platform is .*Python 3\.8/,
      ],
      [
        "on another language",
        { SolutionStackName: "64bit Amazon Linux 2023 v6.1.0 running Node.js 20" },
        {},
        /its platform is .*Node\.js/,
      ],
      [
        "behind a classic load balancer",
        {},
        { "aws:elasticbeanstalk:environment LoadBalancerType": "classic" },
        /load balancer is a classic one/,
      ],
      ["without its own VPC", {}, { "aws:ec2:vpc VPCId": "" }, /without the option VPCId/],
      ["with a legacy address", { CNAME: "beo.elasticbeanstalk.com" }, {}, /has no region/],
    ];
    for (const [what, change, more, reason] of refused) {
      it(`cannot be taken over if it is ${what}`, () => {
        const { reasons } = describeIt(change, more);
        expect(reasons).to.have.length(1);
        expect(reasons[0]).to.match(reason);
        expect(describeIt({}).reasons).to.deep.equal([]);
      });
    }
  });

  it("names the account, and the region that the printed commands expect", () => {
    const survey: Survey = {
      stack: "prod",
      applicationName: "beo-datastore-prod",
      account: "123456789012",
      region: "eu-central-1",
      environments: [],
      resources: [],
      usage: [],
      changes: [],
      planned: [],
      inState: new Set(),
      managed: new Set(),
      configuration: {},
      problems: [],
      settings: [],
    };
    expect(formatReport(survey).slice(0, 2)).to.deep.equal([
      "prod: beo-datastore-prod in account 123456789012, eu-central-1",
      "The aws commands below expect: export AWS_REGION=eu-central-1",
    ]);
  });

  it("needs room for a second access key of the user, and lists the old one for cleanup", () => {
    const user = { name: "beo", extras: [], keys: ["A"], policies: ["p"], attached: ["arn:p"] };
    const { blockers, cleanup } = matchUser(user, new Set());
    expect(blockers).to.deep.equal([]);
    expect(cleanup.map((line) => /aws iam .*$/.exec(line)?.[0])).to.deep.equal([
      "aws iam delete-access-key --user-name beo --access-key-id A",
      "aws iam delete-user-policy --user-name beo --policy-name p",
      "aws iam detach-user-policy --user-name beo --policy-arn arn:p",
    ]);
    expect(matchUser({ ...user, keys: ["A", "B"] }, new Set()).blockers.join()).to.include(
      "has two access keys",
    );
    expect(matchUser({ ...user, keys: ["A", "B"] }, new Set(["B"])).blockers).to.deep.equal([]);
    const extras = ["a console password", "groups (staff)"];
    expect(matchUser({ ...user, extras }, new Set()).notes.join()).to.include(
      "It keeps a console password, groups (staff), which the application does not need.",
    );
  });

  it("needs the DNS record to be a simple A record", () => {
    const of = (set: object) =>
      matchRecords("Z1", "a.example.com", [{ Name: "a.example.com.", ...set } as never]);
    const ResourceRecords = [{ Value: "192.0.2.1" }];
    const [address] = of({ Type: "A", ResourceRecords });
    expect(address?.id).to.equal("Z1_a.example.com_A");
    expect(address?.blockers).to.deep.equal([]);
    expect(address?.notes.join()).to.match(/points to 192\.0\.2\.1\. After pulumi up/);
    expect(of({ Type: "CNAME", ResourceRecords })[0]?.blockers.join()).to.match(/is a CNAME to 192\.0\.2\.1/);
    const weighted = of({ Type: "A", ResourceRecords, SetIdentifier: "blue" })[0];
    expect(weighted?.id).to.equal("Z1_a.example.com_A_blue");
    expect(weighted?.blockers.join()).to.match(/routing policy \(blue\)/);
    expect(of({ Type: "TXT", ResourceRecords })).to.deep.equal([]);
    expect(of({ Name: "b.a.example.com.", Type: "A", ResourceRecords })).to.deep.equal([]);
  });

  it("lists the mail records that exist, and leaves those of another service", () => {
    const of = (type: string, value: string) =>
      matchMailRecords("Z1", "ses-bounces.example.com", type, [
        { Name: "ses-bounces.example.com.", Type: "MX", ResourceRecords: [{ Value: value }] },
      ]);
    const [own] = of("MX", "10 feedback-smtp.us-west-2.amazonses.com");
    expect(own?.id).to.equal("Z1_ses-bounces.example.com_MX");
    expect(own?.blockers).to.deep.equal([]);
    expect(of("MX", "10 mx.example.net")[0]?.blockers.join()).to.match(
      /10 mx\.example\.net, so another service uses the name\. Set mail\.mailFromSubdomain/,
    );
    expect(of("TXT", "10 mx.example.net")).to.deep.equal([]);
  });

  it("lists the DMARC record that exists, and leaves another one", () => {
    const planned = ["v=DMARC1; p=none; rua=mailto:support@example.com"];
    const of = (Value: string) =>
      matchDmarcRecords("Z1", "_dmarc.example.com", planned, [
        { Name: "_dmarc.example.com.", Type: "TXT", ResourceRecords: [{ Value }] },
      ]);
    const [own] = of(`"${planned[0] ?? ""}"`);
    expect(own?.id).to.equal("Z1__dmarc.example.com_TXT");
    expect(own?.blockers).to.deep.equal([]);
    expect(of('"v=DMARC1; p=reject"')[0]?.blockers.join()).to.match(
      /v=DMARC1; p=reject, which the program would replace\. Set mail\.dmarcPolicy to off/,
    );
  });

  it("recognizes an ACL that grants access to others", () => {
    const grant = (ID: string) => ({ Grantee: { ID, Type: "CanonicalUser" as const } });
    expect(isShared({ Owner: { ID: "me" }, Grants: [grant("me")] })).to.equal(false);
    expect(isShared({ Owner: { ID: "me" }, Grants: [grant("me"), grant("you")] })).to.equal(true);
  });

  it("says that a bucket's website is no longer public, and how to remove it", async () => {
    const find = async (website: () => object) => {
      const aws = fakeAws({
        GetBucketLocation: () => ({ LocationConstraint: "us-west-1" }),
        GetBucketAcl: () => ({ Owner: { ID: "me" }, Grants: [] }),
        GetBucketWebsite: website,
      });
      const [match] = await findBucket("beo-static", {}, { ...context, aws, planned: [], configuration: {} });
      return [match?.notes.length, match?.cleanup];
    };
    expect(await find(() => ({ IndexDocument: { Suffix: "index.html" } }))).to.deep.equal([
      1,
      [
        "Its website, which is no longer public: aws s3api delete-bucket-website --bucket beo-static --region us-west-1",
      ],
    ]);
    const none = () => {
      throw awsError("NoSuchWebsiteConfiguration");
    };
    expect(await find(none)).to.deep.equal([0, []]);
  });

  it("warns about queued messages that the shorter retention would delete", () => {
    const planned = { messageRetentionSeconds: 345600 };
    const notes = (attributes: Record<string, string>) => matchQueue("url", attributes, planned).notes;
    const old = { MessageRetentionPeriod: "1209600", ApproximateNumberOfMessages: "7" };
    expect(notes(old)).to.deep.equal([
      "Of its 7 messages, those older than 4 days will be deleted. Let the workers process them first.",
    ]);
    expect(notes({ ...old, ApproximateNumberOfMessages: "0" })).to.deep.equal([]);
    expect(notes({ ...old, MessageRetentionPeriod: "345600" })).to.deep.equal([]);
    expect(notes({ RedrivePolicy: "{}" }).join()).to.include("dead-letter queue");
  });
});

describe("matchers", () => {
  it("have a label and a name input in plan/resource-types.ts", () => {
    for (const type of Object.keys(matchers)) {
      expect(resourceTypes[type], type).to.include.keys("label", "nameInput");
    }
  });
});

describe("the database's own parameter group", () => {
  let settings: Record<string, unknown> = {};
  const find = async (group: string, managed: string[] = [], database = {}) => {
    const aws = fakeAws({
      DescribeDBInstances: () => ({
        DBInstances: [
          {
            DBInstanceIdentifier: "beo",
            DBInstanceStatus: "available",
            EngineVersion: "16.3",
            DBParameterGroups: [{ DBParameterGroupName: group }],
          },
        ],
      }),
      DescribeDBParameters: ({ Marker, Source }) => {
        expect(Source).to.equal("user");
        return Marker === undefined
          ? { Parameters: [{ ParameterName: "work_mem", ParameterValue: "65536" }], Marker: "2" }
          : {
              Parameters: [
                { ParameterName: "log_min_duration_statement", ParameterValue: "1000" },
                { ParameterName: "rds.log_retention_period", ParameterValue: "10080" },
                { ParameterName: "rds.force_ssl", ParameterValue: "0" },
                { ParameterName: "rdkit.do_chiral_sss", ParameterValue: "1" },
              ],
            };
      },
    });
    const planned = { identifier: "beo", engineVersion: "16", vpcSecurityGroupIds: [] };
    const all = {
      ...context,
      aws,
      managed: new Set(managed),
      configuration: { database: JSON.stringify(database) },
    } as unknown as AdoptionContext;
    const [match] = (await matchers["aws:rds/instance:Instance"]?.("beo", planned, all)) ?? [];
    settings = Object.fromEntries(
      (match?.requiredSettings ?? [])
        .filter(({ reason }) => reason.includes("parameter group"))
        .map(({ key, value }) => [key, value]),
    );
    return match?.notes.filter((note) => note.includes("parameter group"));
  };

  it("is taken over as settings, and described with what the program's group does not have", async () => {
    expect(await find("beo-tuned")).to.deep.equal([
      "Its parameter group beo-tuned sets rds.force_ssl = 0, rdkit.do_chiral_sss = 1. The program's group takes its place, without them.",
    ]);
    expect(settings).to.deep.equal({
      "database.parameters.work_mem": "65536",
      "database.slowQueryMilliseconds": 1000,
      'database.parameters["rds.log_retention_period"]': "10080",
    });
    await find("beo-tuned", [], { parameters: { work_mem: "4096" }, slowQueryMilliseconds: 500 });
    expect(settings, "what is set already").to.deep.equal({
      'database.parameters["rds.log_retention_period"]': "10080",
    });
  });

  it("is not read where it is RDS's default or the stack's", async () => {
    expect(await find("default.postgres16")).to.deep.equal([]);
    expect(await find("beo-db-postgres16-0a1b2c3", ["beo-db-postgres16-0a1b2c3"])).to.deep.equal([]);
  });
});

describe("createImportFile", () => {
  const resource = (type: string, name: string, parent?: string): PlannedResource => ({
    urn: `urn:${name}`,
    type,
    name,
    parent: parent === undefined ? null : `urn:${parent}`,
    inputs: {},
    protect: false,
    ignoreChanges: [],
  });
  const planned = [
    resource("pulumi:pulumi:Stack", "stack"),
    resource("beo:index:BeoDatastore", "beo", "stack"),
    resource("beo:index:Queue", "beo-queue", "beo"),
    resource("aws:sqs/queue:Queue", "beo-queue-queue", "beo-queue"),
    resource("aws:sqs/queue:Queue", "beo-queue-dead", "beo-queue"),
  ];
  const queue = {
    type: "aws:sqs/queue:Queue",
    name: "beo-queue-queue",
    parent: "beo-queue",
    id: "url",
    version: "7",
  };

  it("declares the ancestors of a resource once, and no resource without an id", () => {
    const both = new Map([
      ["urn:beo-queue-queue", "url"],
      ["urn:beo-queue-dead", "dead"],
    ]);
    expect(createImportFile(planned, both, new Set(), "7")).to.deep.equal({
      nameTable: {},
      resources: [
        { type: "beo:index:BeoDatastore", name: "beo", component: true },
        { type: "beo:index:Queue", name: "beo-queue", parent: "beo", component: true },
        queue,
        { ...queue, name: "beo-queue-dead", id: "dead" },
      ],
    });
  });

  it("refers to parents that are already in the stack by URN", () => {
    expect(
      createImportFile(
        planned,
        new Map([["urn:beo-queue-queue", "url"]]),
        new Set(["urn:beo", "urn:beo-queue"]),
        "7",
      ),
    ).to.deep.equal({ nameTable: { "beo-queue": "urn:beo-queue" }, resources: [queue] });
  });

  it("keeps the import from reading an environment, whose properties may be passwords", () => {
    const type = "aws:elasticbeanstalk/environment:Environment";
    const webUrn = `urn:pulumi:dev::p::${type}::beo-eb-web`;
    const web = {
      ...resource(type, "beo-eb-web"),
      urn: webUrn,
      inputs: { name: "beo-datastore-dev", application: "beo-datastore-dev", tier: "WebServer" },
    };
    const property = (name: string, value: string) => ({ namespace: propertyNamespace, name, value });
    const inAws = {
      id: "e-1",
      inputs: { name: "beo-datastore-dev", settings: [] },
      outputs: {
        name: "beo-datastore-dev",
        cname: "x.elasticbeanstalk.com",
        allSettings: [property("SQL_PASSWORD", "MasterOfThe2020Database")],
        settings: [],
      },
    };
    const options = [
      { Namespace: propertyNamespace, OptionName: "SQL_PASSWORD", Value: "MasterOfThe2020Database" },
      { Namespace: propertyNamespace, OptionName: "SQL_USER", Value: "postgres" },
      { Namespace: `${propertyNamespace}secrets`, OptionName: "SECRET_KEY", Value: "arn:old" },
    ];
    const getEntry = (settings: object[]) => {
      const steps: Step[] = [
        { op: "refresh", urn: webUrn, oldState: { id: "e-1" }, newState: inAws },
        { op: "update", urn: webUrn, oldState: inAws, newState: { inputs: { settings: settings as never } } },
      ];
      const states = getEnvironmentStates(steps, [{ id: "e-1", options } as unknown as ExistingEnvironment]);
      return createImportFile([web], new Map([[webUrn, "e-1"]]), new Set(), "7", states).resources;
    };
    const entry = { type, name: "beo-eb-web", id: "e-1", version: "7" };
    const [inputs, outputs] = [
      { name: "beo-datastore-dev" },
      { name: "beo-datastore-dev", cname: "x.elasticbeanstalk.com" },
    ];
    expect(getEntry([property("SQL_PASSWORD", "new"), property("SQL_USER", "postgres")])).to.deep.equal([
      { ...entry, inputs, outputs },
    ]);
    // The provider removes what is in the state and not in the program, by name.
    const reference = { ...property("SQL_PASSWORD", "arn:new"), namespace: `${propertyNamespace}secrets` };
    const settings = [{ ...property("SQL_PASSWORD", ""), resource: "" }];
    expect(getEntry([reference])).to.deep.equal([
      { ...entry, inputs: { ...inputs, settings }, outputs: { ...outputs, settings } },
    ]);
    // The rehearsal finds the environment by what the program would have.
    const known = { name: "beo-datastore-dev", application: "beo-datastore-dev", tier: "WebServer" };
    expect([...getProvisionalStates([web, ...planned])]).to.deep.equal([
      [webUrn, { inputs: known, outputs: known }],
    ]);
  });
});

describe("adoption in a stack that would create a VPC", () => {
  const urn = (type: string) => `urn:pulumi:prod::beo-datastore::beo:index:BeoDatastore$aws:${type}::beo`;
  const toResource = (type: string) => ({
    urn: urn(type),
    label: "",
    id: "1",
    blockers: [],
    notes: [],
    requiredSettings: [],
    cleanup: [],
  });
  const vpc = { type: "aws:ec2/vpc:Vpc" } as PlannedResource;
  const required = (types: string[], planned: PlannedResource[]) => {
    const resources = types.map(toResource);
    requireExistingVpc({ planned }, resources);
    return resources.flatMap(({ requiredSettings }) => requiredSettings);
  };

  it("keeps an environment and a database in the VPC that they are in", () => {
    const setting = {
      key: "network.create",
      value: false,
      reason: "it is in a VPC that exists, and cannot move to another one",
    };
    for (const type of ["rds/instance:Instance", "elasticbeanstalk/environment:Environment"]) {
      expect(required(["sqs/queue:Queue", type], [vpc]), type).to.deep.equal([setting]);
    }
  });

  it("requires nothing where neither exists, or the stack creates no VPC", () => {
    expect(required(["sqs/queue:Queue", "s3/bucket:Bucket"], [vpc])).to.deep.equal([]);
    expect(required(["rds/instance:Instance"], [])).to.deep.equal([]);
  });
});
