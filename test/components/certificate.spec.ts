import { expect } from "chai";
import { describe, it } from "mocha";
import { Certificate } from "../../components";
import { run } from "../support/run";

describe("Certificate", () => {
  it("validates a host name by a record in its zone", async () => {
    const made = await run(
      () => new Certificate("c", { domain: "api.example.com", hostedZone: "example.com" }),
    );
    expect(made.counts()).to.deep.equal({ Certificate: 1, Record: 1, CertificateValidation: 1 });
    expect(made.inputs("c-certificate")).to.deep.equal({
      domainName: "api.example.com",
      validationMethod: "DNS",
    });
    expect(made.inputs("c-validation")).to.deep.include({
      zoneId: "Z0EXAMPLE",
      name: "_x.api.example.com",
      type: "CNAME",
      records: ["_y.acm-validations.aws"],
    });
  });
});
