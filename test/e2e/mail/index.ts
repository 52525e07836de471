import * as pulumi from "@pulumi/pulumi";
import { Mail } from "../../../components";

const config = new pulumi.Config();

new Mail("mail", {
  fromAddress: "support@example.com",
  domain: "example.com",
  hostedZone: "example.com",
  mailFromSubdomain: config.get("mailFromSubdomain"),
});
