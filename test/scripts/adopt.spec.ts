import { expect } from "chai";
import { describe, it } from "mocha";
import type { PlannedResource } from "../../plan/plan";
import { differencesOf } from "../../scripts/adopt/differences";
import { importFile } from "../../scripts/adopt/import-file";
import { isFinished, type Survey } from "../../scripts/adopt/report";
import type { Found } from "../../scripts/adopt/kind";
import { environmentOf } from "../../scripts/adopt/kinds/beanstalk";
import { isShared } from "../../scripts/adopt/kinds/bucket";
import { databaseOf } from "../../scripts/adopt/kinds/database";
import { queueOf } from "../../scripts/adopt/kinds/queue";
import { recordsOf } from "../../scripts/adopt/kinds/record";
import { userOf } from "../../scripts/adopt/kinds/user";
import { secretsOf } from "../../scripts/adopt/secrets";

const demanded = ({ demands }: Found) => Object.fromEntries(demands.map(({ key, value }) => [key, value]));
const place = {
  stack: "prod",
  region: "us-west-1",
  vpcId: "vpc-1",
  branch: "Python 3.13",
  managed: new Set<string>(),
};

describe("what adoption asks of a hand-made", () => {
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
    };
    /** One that needs only its subnet group. */
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
      databaseOf({ ...instance, ...change }, { ...planned, ...inputs }, place);

    it("is its subnet group and nothing else, where it is as the program's", () => {
      const { obstacles, advice } = of({});
      expect(demanded(of({}))).to.deep.equal({ "database.subnetGroupName": "default" });
      expect(obstacles).to.deep.equal([]);
      expect(advice.map(({ key, value }) => [key, value])).to.deep.equal([
        ["database.additionalSecurityGroupIds[0]", "sg-1"],
      ]);
      expect(demanded(of({}, { dbSubnetGroupName: "default" }))).to.deep.equal({});
      expect(of({}, { vpcSecurityGroupIds: ["[unknown]", "sg-1"] }).advice).to.deep.equal([]);
    });

    it("leaves its old security group to remove, by commands for its stack", () => {
      const why = "The database's old security group";
      const config = "npx pulumi config rm --path database.additionalSecurityGroupIds --stack prod";
      expect(of({}).leftovers).to.deep.equal([
        `${why}: ${config} && npx pulumi up --stack prod, then aws ec2 delete-security-group --group-id sg-1`,
      ]);
    });

    const demands: [object, string, unknown][] = [
      [{ StorageEncrypted: false }, "database.storageEncrypted", false],
      [{ MasterUsername: "postgres" }, "database.username", "postgres"],
      [{ EngineVersion: "14.2" }, "database.engineVersion", "14"],
      [{ AllocatedStorage: 200 }, "database.maxAllocatedStorage", 400],
      [{ DBSubnetGroup: { DBSubnetGroupName: "default", VpcId: "vpc-2" } }, "network.vpcId", "vpc-2"],
    ];
    for (const [change, key, value] of demands) {
      it(`is ${key} where it has ${JSON.stringify(change)}`, () => {
        expect(demanded(of(change))).to.deep.equal({ "database.subnetGroupName": "default", [key]: value });
        expect(of(change).obstacles).to.deep.equal([]);
      });
    }

    const obstacles: [object, RegExp][] = [
      [{ Engine: "mysql" }, /^It is mysql: .*Dump the database/],
      [{ DBClusterIdentifier: "c" }, /^It is postgres in a cluster: /],
      [{ DBName: undefined }, /^Its first database is not named/],
      [{ DBName: "other" }, /^Its first database is called "other"/],
      [{ ReadReplicaSourceDBInstanceIdentifier: "a" }, /promote-read-replica/],
      [{ MasterUserSecret: {} }, /--no-manage-master-user-password/],
      [{ DBInstanceStatus: "modifying" }, /^It is modifying: wait/],
    ];
    for (const [change, message] of obstacles) {
      it(`cannot be met where it has ${JSON.stringify(change)}`, () => {
        const found = of(change).obstacles;
        expect(found).to.have.length(1);
        expect(found[0]).to.match(message);
      });
    }
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
    };
    const of = (change: object, more: Record<string, string> = {}, inputs: object = {}) =>
      environmentOf(
        { ...description, ...change },
        Object.entries({ ...options, ...more }).map(([key, Value]) => {
          const [Namespace, OptionName] = key.split(" ");
          return { Namespace, OptionName, Value };
        }),
        { ...planned, ...inputs },
        place,
      );
    // A planned load balancer is an application one.
    const balanced = {
      settings: [
        ...planned.settings,
        { namespace: "aws:elasticbeanstalk:environment", name: "LoadBalancerType", value: "application" },
      ],
    };

    it("is nothing, where it is as the program's", () => {
      expect(of({})).to.deep.include({ id: "e-1", demands: [], advice: [], obstacles: [], leftovers: [] });
    });

    it("is its address, its branch, its VPC", () => {
      expect(demanded(of({ CNAME: "x.eba-abc.us-west-1.elasticbeanstalk.com" }))).to.deep.equal({
        "web.cnamePrefix": "x.eba-abc",
      });
      expect(
        demanded(of({ SolutionStackName: "64bit Amazon Linux 2023 v4.0.0 running Python 3.11" })),
      ).to.deep.equal({ "platform.branch": "Python 3.11" });
      expect(demanded(of({}, { "aws:ec2:vpc VPCId": "vpc-2" }))).to.deep.equal({ "network.vpcId": "vpc-2" });
    });

    it("is that plain secrets stay plain at first, and are moved afterwards", () => {
      const found = of({}, { [`${property} SECRET_KEY`]: "hush" });
      expect(demanded(found)).to.deep.equal({ "platform.plainSecrets": true });
      expect(found.leftovers).to.deep.equal([]);
      const settings = planned.settings.filter(({ name }) => name !== "SECRET_KEY");
      expect(of({}, {}, { settings }).leftovers.join()).to.include(
        "npx pulumi config rm --path platform.plainSecrets --stack prod && npx pulumi up --stack prod",
      );
    });

    it("is that its load balancer stays", () => {
      const settings = [scale("SingleInstance"), ...planned.settings.slice(1)];
      expect(of({}, {}, { settings }).advice.map(({ key, value }) => [key, value])).to.deep.equal([
        ["web.singleInstance", false],
      ]);
    });

    it("tells its variables by name and never by value", () => {
      const { notes } = of(
        {},
        { [`${property} DEBUG`]: "confidential", [`${property} PVWATTS_API_KEY`]: "confidential" },
      );
      expect(notes).to.include("Its variables DEBUG get the program's values.");
      expect(notes.join()).to.match(/Its variables PVWATTS_API_KEY stay/);
      expect(notes.join()).not.to.include("confidential");
    });

    const obstacles: [string, Found, RegExp][] = [
      ["of another application", of({ ApplicationName: "other" }), /belongs to the application "other"/],
      ["of the other tier", of({ Tier: { Name: "Worker" } }), /Its tier is Worker, and has to be WebServer/],
      [
        "on a retired platform",
        of({ SolutionStackName: "64bit Amazon Linux 2018.03 v2.9.10 running Python 3.6" }),
        /cannot change to Amazon Linux 2023/,
      ],
      [
        "with a classic load balancer",
        of({}, { "aws:elasticbeanstalk:environment LoadBalancerType": "classic" }, balanced),
        /Its load balancer is a classic one/,
      ],
      ["in another region's form", of({ CNAME: "beo.elasticbeanstalk.com" }), /has not the form/],
      ["that is updating", of({ Status: "Updating" }), /^It is Updating: wait/],
    ];
    for (const [what, { obstacles: found }, message] of obstacles) {
      it(`cannot be met by one ${what}`, () => {
        expect(found).to.have.length(1);
        expect(found[0]).to.match(message);
      });
    }
  });

  it("stack is told of what is left only when the program runs everything", () => {
    const survey = (inState: string[], key: string) =>
      ({
        stack: "prod",
        planned: [{ urn: "user" }, { urn: "key" }],
        inState: new Set(inState),
        managed: new Set(["AKIANEW"]),
        candidates: [
          {
            found: [{ variables: { AWS_ACCESS_KEY_ID: key } }],
          },
        ],
      }) as unknown as Survey;
    expect(isFinished(survey(["user", "key"], "AKIANEW"))).to.equal(true);
    expect(isFinished(survey(["user"], "AKIANEW"))).to.equal(false);
    expect(isFinished(survey(["user", "key"], "AKIAOLD"))).to.equal(false);
  });

  it("user is room for a second key, and what is left of the old one", () => {
    const user = { name: "beo", path: "/", keys: ["A"], policies: ["p"], attached: ["arn:p"] };
    const { obstacles, leftovers } = userOf(user, new Set());
    expect(obstacles).to.deep.equal([]);
    expect(leftovers.map((line) => /aws iam .*$/.exec(line)?.[0])).to.deep.equal([
      "aws iam delete-access-key --user-name beo --access-key-id A",
      "aws iam delete-user-policy --user-name beo --policy-name p",
      "aws iam detach-user-policy --user-name beo --policy-arn arn:p",
    ]);
    expect(userOf({ ...user, keys: ["A", "B"] }, new Set()).obstacles.join()).to.include("has 2 access keys");
    expect(userOf({ ...user, keys: ["A", "B"] }, new Set(["B"])).obstacles).to.deep.equal([]);
  });

  it("DNS record is that it is a simple A record", () => {
    const of = (set: object) =>
      recordsOf("Z1", "a.example.com", [{ Name: "a.example.com.", ...set } as never]);
    const ResourceRecords = [{ Value: "192.0.2.1" }];
    const [address] = of({ Type: "A", ResourceRecords });
    expect(address?.id).to.equal("Z1_a.example.com_A");
    expect(address?.obstacles).to.deep.equal([]);
    expect(address?.notes.join()).to.match(/points to 192\.0\.2\.1, and after/);
    expect(of({ Type: "CNAME", ResourceRecords })[0]?.obstacles.join()).to.match(
      /is a CNAME to 192\.0\.2\.1/,
    );
    const weighted = of({ Type: "A", ResourceRecords, SetIdentifier: "blue" })[0];
    expect(weighted?.id).to.equal("Z1_a.example.com_A_blue");
    expect(weighted?.obstacles.join()).to.match(/routing policy \(blue\)/);
    expect(of({ Type: "TXT", ResourceRecords })).to.deep.equal([]);
    expect(of({ Name: "b.a.example.com.", Type: "A", ResourceRecords })).to.deep.equal([]);
  });

  it("bucket is that its ACL lets nobody else in", () => {
    const grant = (ID: string) => ({ Grantee: { ID, Type: "CanonicalUser" as const } });
    expect(isShared({ Owner: { ID: "me" }, Grants: [grant("me")] })).to.equal(false);
    expect(isShared({ Owner: { ID: "me" }, Grants: [grant("me"), grant("you")] })).to.equal(true);
  });

  it("queue is that old messages are worked off, where they would be deleted", () => {
    const planned = { messageRetentionSeconds: 345600 };
    const notes = (attributes: Record<string, string>) => queueOf("url", attributes, planned).notes;
    const old = { MessageRetentionPeriod: "1209600", ApproximateNumberOfMessages: "7" };
    expect(notes(old)).to.deep.equal([
      "Its 7 messages older than 4 days will be deleted: let the workers work them off first.",
    ]);
    expect(notes({ ...old, ApproximateNumberOfMessages: "0" })).to.deep.equal([]);
    expect(notes({ ...old, MessageRetentionPeriod: "345600" })).to.deep.equal([]);
    expect(notes({ Policy: "{}" }).join()).to.include("queue policy");
    expect(notes({ RedrivePolicy: "{}" }).join()).to.include("Dead messages");
  });
});

describe("the secrets in use", () => {
  it("are taken where the program takes them, and those that are set are left alone", () => {
    const { takeable, lost } = secretsOf(
      { SQL_PASSWORD: "abcdefgh1", SECRET_KEY: "has spaces in it and $", ADMIN_URL: "handmadeadmin" },
      new Set(["adminUrl", "smtpUser", "smtpPassword", "supportPassword"]),
    );
    expect(takeable).to.deep.equal({ databasePassword: "abcdefgh1" });
    expect(lost).to.have.length(1);
    expect(lost[0]).to.match(/^secretKey: SECRET_KEY is not 32 to 128 .*logs in again/);
    expect(lost[0]).not.to.include("has spaces");
  });
});

describe("the differences that adoption tells", () => {
  it("are those of inputs that AWS told of, and unknown ones are the program's own", () => {
    expect(
      differencesOf(
        { storageType: "gp2", port: 5432, logs: [], group: "default", gone: undefined, other: 1 },
        { storageType: "gp3", port: 5432, logs: ["a", "b"], group: "[unknown]", gone: 1 },
      ),
    ).to.deep.equal(["storageType: gp2 → gp3", "logs: not set → a, b", "group: default → the program's own"]);
  });
});

describe("the import file", () => {
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

  it("declares the components above a resource once, and no resource that was not found", () => {
    const both = new Map([
      ["urn:beo-queue-queue", "url"],
      ["urn:beo-queue-dead", "dead"],
    ]);
    expect(importFile(planned, both, new Set(), "7")).to.deep.equal({
      nameTable: {},
      resources: [
        { type: "beo:index:BeoDatastore", name: "beo", component: true },
        { type: "beo:index:Queue", name: "beo-queue", parent: "beo", component: true },
        queue,
        { ...queue, name: "beo-queue-dead", id: "dead" },
      ],
    });
  });

  it("names the parents that are in the stack already", () => {
    expect(
      importFile(
        planned,
        new Map([["urn:beo-queue-queue", "url"]]),
        new Set(["urn:beo", "urn:beo-queue"]),
        "7",
      ),
    ).to.deep.equal({ nameTable: { "beo-queue": "urn:beo-queue" }, resources: [queue] });
  });
});
