import * as pulumi from "@pulumi/pulumi";
import { Monitoring } from "../../../components";

const config = new pulumi.Config();

const { topicArn } = new Monitoring("mon", {
  dashboardName: "beo-alarms",
  alarmEmail: "operations@example.com",
  emails: config.getObject<string[]>("emails"),
  topicArns: config.getObject<string[]>("topicArns"),
  healthCheck: config.getBoolean("healthCheck"),
  domain: "api.example.com",
  applicationName: "beo-alarms",
  databaseIdentifier: "beo-alarms",
  databaseInstanceClass: "db.t3.medium",
  queueName: "beo-alarms",
  deadLetterQueueName: "beo-alarms-dead-letters",
  webEnvironmentName: "beo-alarms",
  workerEnvironmentName: "beo-alarms-worker",
  loadBalancerArn:
    "arn:aws:elasticloadbalancing:us-west-1:123456789012:loadbalancer/app/awseb-AWSEB-1A2B/0123456789abcdef",
  mailRegion: "us-west-2",
  tags: { Project: "beo-datastore", Environment: "dev", ManagedBy: "Pulumi" },
});

export const alarmTopicArn = topicArn;
