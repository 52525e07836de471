import type { Context } from "mocha";

/** Files run side by side, and mocha shows each when it has ended: meanwhile, what begins when. */
const begin = Date.now();

export const mochaHooks = {
  beforeEach(this: Context): void {
    const seconds = Math.round((Date.now() - begin) / 1000);
    const time = `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, "0")}`;
    console.log(`… ${time.padStart(5)} ${this.currentTest?.fullTitle() ?? ""}`);
  },
};
