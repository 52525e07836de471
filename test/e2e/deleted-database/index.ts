import { Database } from "../../../components";
import { loadSettings } from "../../../stacks";

export = async () => {
  const { applicationName, database, protect, renewFinalSnapshot } = (await loadSettings()).datastore;
  new Database("data", { ...database, identifier: applicationName, protect, renewFinalSnapshot });
};
