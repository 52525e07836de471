import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A call that changes something. */
export interface WriteCall {
  service: string;
  action: string;
}

/**
 * Stands between the CLI and the emulated AWS. It counts the calls that change something, and can lose an answer: the call
 * is performed, then the connection is cut, as a network does at the wrong moment.
 */
export class Proxy {
  /** The calls that changed something, in order. */
  readonly writes: WriteCall[] = [];
  url = "";
  private lost: { after: number; matches: (call: WriteCall) => boolean } | undefined;
  private readonly server: Server;

  constructor(target: string) {
    const { hostname, port } = new URL(target);
    this.server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const body = Buffer.concat(chunks);
        const call = getWriteCall(incoming.method ?? "", incoming.url ?? "", incoming.headers, body);
        if (call !== undefined) {
          this.writes.push(call);
        }
        const isLost = call !== undefined && this.isLost(call);
        const upstream = request(
          { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
          (response) => {
            if (isLost) {
              response.resume();
              response.on("end", () => incoming.socket.destroy());
              return;
            }
            outgoing.writeHead(response.statusCode ?? 500, response.headers);
            response.pipe(outgoing);
          },
        );
        upstream.on("error", () => incoming.socket.destroy());
        upstream.end(body);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Loses the answer of a matching call, after as many others. */
  lose(after: number, matches: (call: WriteCall) => boolean): void {
    this.lost = { after, matches };
  }

  /** Loses no more answers. Returns whether the one that was to be lost has been lost. */
  clear(): boolean {
    const hasLost = this.lost === undefined;
    this.lost = undefined;
    return hasLost;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private isLost(call: WriteCall): boolean {
    if (this.lost?.matches(call) !== true) {
      return false;
    }
    if (this.lost.after > 0) {
      this.lost.after -= 1;
      return false;
    }
    this.lost = undefined;
    return true;
  }
}

/** Recognizes calls that change something in each of AWS's protocols. */
function getWriteCall(
  method: string,
  url: string,
  headers: NodeJS.Dict<string | string[]>,
  body: Buffer,
): WriteCall | undefined {
  const service = /\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(String(headers.authorization))?.[1] ?? "";
  const target = headers["x-amz-target"];
  const action =
    typeof target === "string"
      ? target.replace(/^.*\./, "")
      : (/(?:^|&)Action=(\w+)/.exec(body.subarray(0, 10_000).toString())?.[1] ??
        `${method} ${url.replace(/^\/[^?]*/, "").replace(/[=&].*/, "")}`);
  return /^(Get|List|Describe|HEAD|GET|Head|Lookup|Search|Simulate|Assume)/.test(action)
    ? undefined
    : { service, action };
}
