import { expect } from "chai";
import { describe, it } from "mocha";
import { findPending } from "../../cli/drift/checks/databases";
import { getDeployed } from "../../cli/drift/resources";
import { createFake, read, resource } from "../support/drift";

describe("pending changes of a database", () => {
  const database = resource("rds/instance:Instance", "beo-db-instance", {
    inputs: { instanceClass: "db.t3.medium", engineVersion: "17" },
  });
  const context = {
    stack: "prod",
    region: "us-west-1",
    deployed: [],
    missing: [],
    configuration: {},
    clients: createFake({}),
  };
  const find = (pending: object) =>
    findPending(
      {
        DBInstanceIdentifier: "beo-prod",
        DBInstanceClass: "db.t3.medium",
        MultiAZ: false,
        PendingModifiedValues: pending,
      },
      database,
      context,
    );

  it("are reported with the command that cancels them", () => {
    expect(find({ DBInstanceClass: "db.r6g.large" })[0]?.undo[1]).to.equal(
      "aws rds modify-db-instance --db-instance-identifier beo-prod --db-instance-class db.t3.medium --region us-west-1",
    );
    expect(find({ MultiAZ: true })[0]?.undo[1]).to.equal(
      "aws rds modify-db-instance --db-instance-identifier beo-prod --no-multi-az --region us-west-1",
    );
  });

  it("are no difference where the program wants them", () => {
    expect(find({ DBInstanceClass: "db.t3.medium" })).to.deep.equal([]);
    expect(find({ EngineVersion: "17.6" })).to.deep.equal([]);
    expect(find({})).to.deep.equal([]);
  });
});

describe("the configuration of a bucket", () => {
  const bucket = resource("s3/bucket:Bucket", "beo-s3-media-bucket", { id: "beo-prod-media" });
  const versioning = resource("s3/bucketVersioning:BucketVersioning", "beo-s3-media-versioning", {
    outputs: { bucket: "beo-prod-media" },
  });
  // What S3 answers for a bucket without such a configuration.
  const missing = (name: string) => Object.assign(new Error("There is none"), { name });
  const nothing = {
    GetBucketWebsite: missing("NoSuchWebsiteConfiguration"),
    GetBucketReplication: missing("ReplicationConfigurationNotFoundError"),
    GetBucketCors: missing("NoSuchCORSConfiguration"),
  };

  it("does not differ where nothing was added", async () => {
    const versions = { GetBucketVersioning: { Status: "Enabled" } };
    expect(await read([bucket, versioning], { ...nothing, ...versions })).to.deep.equal({
      drift: [],
      notes: [],
      notCompared: [],
    });
  });

  it("does not differ where the program replicates it, as backup.region does", async () => {
    const replication = resource(
      "s3/bucketReplicationConfig:BucketReplicationConfig",
      "beo-media-replication",
      {
        outputs: { bucket: "beo-prod-media" },
      },
    );
    const replica = resource("s3/bucket:Bucket", "beo-backups-media-bucket", {
      id: "beo-prod-media-us-west-2",
      outputs: { region: "us-west-2" },
    });
    const find = async (...replications: (typeof replication)[]) => {
      const { drift } = await read([bucket, replica, versioning, ...replications], {
        ...nothing,
        GetBucketReplication: { ReplicationConfiguration: {} },
      });
      return drift.map(({ undo }) => undo.join());
    };
    const operation = "aws s3api delete-bucket-replication --bucket";
    expect(await find()).to.deep.equal([
      `${operation} beo-prod-media --region us-west-1`,
      `${operation} beo-prod-media-us-west-2 --region us-west-2`,
    ]);
    expect(await find(replication)).to.deep.equal([
      `${operation} beo-prod-media-us-west-2 --region us-west-2`,
    ]);
  });

  it("may have CORS rules for the program's own origins, as uploads from the front end need", async () => {
    const front = "https://beo.example.com";
    const cors = resource("s3/bucketCorsConfiguration:BucketCorsConfiguration", "beo-s3-static-cors", {
      inputs: { corsRules: [{ allowedMethods: ["GET"], allowedOrigins: [front] }] },
      outputs: { bucket: "beo-prod-static" },
    });
    const find = async (...AllowedOrigins: string[]) => {
      const GetBucketCors = { CORSRules: [{ AllowedMethods: ["PUT"], AllowedOrigins }] };
      const { drift } = await read([bucket, versioning, cors], { ...nothing, GetBucketCors });
      return drift.map(({ undo }) => undo.join());
    };
    expect(await find(front)).to.deep.equal([]);
    for (const other of ["*", "https://other.example.org"]) {
      expect(await find(front, other)).to.deep.equal([
        "aws s3api delete-bucket-cors --bucket beo-prod-media --region us-west-1",
      ]);
    }
  });

  it("may be replicated by the program, to a bucket in another region", async () => {
    const replica = resource("s3/bucket:Bucket", "beo-backups-media-replica", {
      id: "beo-prod-backup",
      outputs: { region: "us-west-2" },
    });
    const replication = resource(
      "s3/bucketReplicationConfig:BucketReplicationConfig",
      "beo-backups-media-replication",
      { outputs: { bucket: bucket.id } },
    );
    const { drift } = await read([bucket, versioning, replica, replication], {
      ...nothing,
      GetBucketReplication: {},
    });
    expect(drift.map(({ undo }) => undo.join())).to.deep.equal([
      "aws s3api delete-bucket-replication --bucket beo-prod-backup --region us-west-2",
    ]);
  });

  it("differs with what was added, and the printed commands remove it", async () => {
    const { drift } = await read([bucket], {
      ...nothing,
      GetBucketReplication: {},
      GetBucketAcl: {
        Grants: [{ Grantee: { URI: "http://acs.amazonaws.com/groups/global/AllUsers" }, Permission: "READ" }],
      },
      GetBucketNotificationConfiguration: { EventBridgeConfiguration: {} },
      GetBucketLogging: { LoggingEnabled: { TargetBucket: "logs" } },
      GetBucketAccelerateConfiguration: { Status: "Enabled" },
      GetBucketVersioning: { Status: "Enabled" },
    });
    const bucketOptions = "--bucket beo-prod-media";
    expect(drift.map(({ severity, undo }) => `${severity} ${undo.join()}`)).to.deep.equal([
      `critical aws s3api put-bucket-acl ${bucketOptions} --acl private --region us-west-1`,
      `high aws s3api delete-bucket-replication ${bucketOptions} --region us-west-1`,
      `medium aws s3api put-bucket-notification-configuration ${bucketOptions} --notification-configuration '{}' --region us-west-1`,
      `low aws s3api put-bucket-logging ${bucketOptions} --bucket-logging-status '{}' --region us-west-1`,
      `low aws s3api put-bucket-accelerate-configuration ${bucketOptions} --accelerate-configuration 'Status=Suspended' --region us-west-1`,
      `low aws s3api put-bucket-versioning ${bucketOptions} --versioning-configuration 'Status=Suspended' --region us-west-1`,
    ]);
  });
});

describe("reading AWS", () => {
  it("reports each part that may not be read, and compares the others", async () => {
    const user = resource("iam/user:User", "beo-iam-user", { id: "beo-prod" });
    const { drift, notCompared } = await read([user], {
      ListGroupsForUser: new Error(
        "User: arn:aws:iam::1:user/ci is not authorized to perform: iam:ListGroupsForUser",
      ),
      GetLoginProfile: new Error("AccessDenied"),
      ListUserPolicies: { PolicyNames: ["more"] },
    });
    expect(drift.map(({ message }) => message)).to.deep.equal([
      "User beo-iam-user: inline policy more is not in the program",
    ]);
    expect(notCompared).to.deep.equal([
      "groups of the IAM user beo-prod: User: arn:aws:iam::1:user/ci is not authorized to perform: iam:ListGroupsForUser",
      "console password of the IAM user beo-prod: AccessDenied",
    ]);
  });

  it("knows the program's inputs and AWS's values of each resource", () => {
    const urn = "urn:pulumi:dev::p::a$aws:iam/user:User::user";
    const state = (name: string) => ({ id: "u", inputs: { name }, outputs: { name } });
    const steps = [
      { op: "refresh", urn, oldState: state("state"), newState: state("aws") },
      { op: "update", urn, oldState: state("aws"), newState: { id: "u", inputs: { name: "program" } } },
      { op: "refresh", urn: `${urn}-deleted`, oldState: state("state") },
      // An environment that was terminated in the console.
      { op: "refresh", urn: `${urn}-terminated`, oldState: state("state"), newState: state("state") },
      { op: "create", urn: `${urn}-terminated`, newState: { inputs: { name: "program" } } },
    ];
    expect(getDeployed(steps)).to.deep.equal([
      {
        urn,
        type: "aws:iam/user:User",
        name: "user",
        id: "u",
        inputs: { name: "program" },
        outputs: { name: "aws" },
      },
    ]);
  });
});
