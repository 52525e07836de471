import { createRequire } from "node:module";
import { join, sep } from "node:path";
import process from "node:process";
import { INSTRUMENTER_CONSTANTS } from "@stryker-mutator/api/core";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import Mocha from "mocha";

const specs = ["test/policies/rules.spec.ts", "test/policies/table.spec.ts"];

/** Runs the specs of the policies in Stryker. Its own runner for Mocha loads a file that Mocha 12 no longer has. */
class MochaRunner {
  #require = createRequire(join(process.cwd(), "index.js"));
  #global = (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    this.#require("./preload.js");
  }

  async dryRun() {
    const result = await this.#run({});
    return { ...result, mutantCoverage: this.#global.mutantCoverage };
  }

  async mutantRun({ activeMutant, hitLimit, mutantActivation, testFilter }) {
    this.#global.hitCount = 0;
    this.#global.hitLimit = hitLimit;
    const activate = () => (this.#global.activeMutant = activeMutant.id);
    this.#global.activeMutant = undefined;
    if (mutantActivation === "static") {
      activate();
    }
    const result = await this.#run({ afterLoading: activate, testFilter });
    return toMutantRunResult(determineHitLimitReached(this.#global.hitCount, hitLimit) ?? result);
  }

  /** Loads the specs and what they import again, and runs them until one fails. */
  async #run({ afterLoading, testFilter }) {
    const { cache } = this.#require;
    const modules = Object.keys(cache).filter(
      (file) => file.startsWith(process.cwd()) && !file.includes(`${sep}node_modules${sep}`),
    );
    for (const file of modules) {
      delete cache[file];
    }
    const mocha = new Mocha({ bail: testFilter !== undefined, reporter: class {}, timeout: 0 });
    mocha.files = specs.map((spec) => join(process.cwd(), spec));
    try {
      mocha.loadFiles();
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error.stack) };
    }
    afterLoading?.();
    if (testFilter !== undefined) {
      filterTests(mocha.suite, new Set(testFilter));
    }
    const tests = [];
    const add = (test, result) =>
      tests.push({
        id: test.fullTitle(),
        name: test.fullTitle(),
        timeSpentMs: test.duration ?? 0,
        ...result,
      });
    await new Promise((resolve) => {
      mocha
        .run(resolve)
        .on("test", (test) => (this.#global.currentTestId = test.fullTitle()))
        .on("pass", (test) => add(test, { status: TestStatus.Success }))
        .on("fail", (test, { message }) => add(test, { status: TestStatus.Failed, failureMessage: message }));
    });
    return { status: DryRunStatus.Complete, tests };
  }
}

function filterTests(suite, ids) {
  suite.tests = suite.tests.filter((test) => ids.has(test.fullTitle()));
  suite.suites.forEach((child) => filterTests(child, ids));
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "mocha", MochaRunner)];
