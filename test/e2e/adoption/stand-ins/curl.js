"use strict";
/** `curl`: an environment answers as Django does, 400 to a Host that DJANGO_ALLOWED_HOSTS does not name. */
const { URL } = require("node:url");
const eb = require("@aws-sdk/client-elastic-beanstalk");
const { resolve } = require("./internet");

const args = process.argv.slice(2);
const valued = { H: "header", w: "write-out", o: "output", m: "max-time" };
const given = { header: [], "connect-to": [], resolve: [] };
let url = "";
for (let index = 0; index < args.length; index += 1) {
  const [, dashes = "", rest = ""] = /^(--?)(.+)$/.exec(args[index]) ?? [];
  const name = dashes === "-" ? (valued[rest.at(-1)] ?? "") : rest;
  if (dashes === "") {
    url = args[index];
  } else if ([...Object.values(valued), "connect-to", "resolve", "retry", "connect-timeout"].includes(name)) {
    index += 1;
    given[name] = [...(given[name] ?? []), args[index]];
  }
}
const has = (short, long) =>
  args.some((word) => word === long || new RegExp(`^-[a-zA-Z]*${short}`).test(word));

async function main() {
  const { hostname } = new URL(url.includes("://") ? url : `http://${url}`);
  const target = given["connect-to"][0]?.split(":")[2] ?? hostname;
  const host = given.header.map((line) => /^host:\s*(.*)$/i.exec(line)?.[1]).find(Boolean) ?? hostname;
  const { environment } = await resolve(target);
  if (!environment) {
    console.error(`curl: (6) Could not resolve host: ${target}`);
    process.exit(6);
  }
  const client = new eb.ElasticBeanstalkClient({
    endpoint: process.env.AWS_ENDPOINT_URL,
    region: "us-west-1",
    credentials: { accessKeyId: "emulated", secretAccessKey: "emulated" },
  });
  const { ConfigurationSettings } = await client.send(
    new eb.DescribeConfigurationSettingsCommand({
      ApplicationName: environment.ApplicationName,
      EnvironmentName: environment.EnvironmentName,
    }),
  );
  const allowed = ConfigurationSettings[0].OptionSettings.find(
    ({ OptionName }) => OptionName === "DJANGO_ALLOWED_HOSTS",
  )?.Value;
  const code = (allowed ?? "").split(" ").includes(host) ? 200 : 400;
  if (has("I", "--head") || has("i", "--include") || has("v", "--verbose")) {
    console.log(`HTTP/1.1 ${code} ${code === 200 ? "OK" : "Bad Request"}`);
  }
  process.stdout.write(
    (given["write-out"]?.[0] ?? "").replaceAll("%{http_code}", code).replaceAll("\\n", "\n"),
  );
  process.exit(code >= 400 && has("f", "--fail") ? 22 : 0);
}

void main();
