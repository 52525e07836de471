import { BeoDatastore } from "../../components";
import { record } from "../../plan/record";

/** Plans a program of some datastores. */
const count = Number(process.argv[2]);
const options = { project: "bench", stack: "dev", config: { "aws:region": "us-west-1" } };

void record(options, () => {
  for (let index = 0; index < count; index += 1) {
    new BeoDatastore(`datastore-${index}`, {
      applicationName: `datastore-${index}`,
      environment: "dev",
      appUrl: "https://beo.example.com",
      supportEmail: `support-${index}@example.com`,
      web: { singleInstance: true },
    });
  }
}).then(({ error, resources }) => {
  if (error !== undefined || resources.length < 90 * count) {
    throw error ?? new Error(`only ${resources.length} resources`);
  }
});
