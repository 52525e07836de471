/** Ctrl-C. The first one ends the step that runs: Pulumi and psql get it from the terminal too, and end in order. */
export class Interrupts {
  private seen = false;

  constructor() {
    process.on("SIGINT", this.note);
  }

  private readonly note = () => {
    if (this.seen) {
      process.exit(130);
    }
    this.seen = true;
    console.error("Interrupted. Waiting for the running step to end; Ctrl-C again does not wait.");
  };

  get interrupted(): boolean {
    return this.seen;
  }

  /** @throws Error if Ctrl-C was pressed. */
  check(): void {
    if (this.seen) {
      throw new Error("Interrupted.");
    }
  }

  stop(): void {
    process.off("SIGINT", this.note);
  }
}
