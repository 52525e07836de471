import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An instance metadata service (IMDSv2), with items that may change while it runs. */
export interface MetadataService {
  url: string;
  items: Record<string, string>;
  stop: () => void;
}

/** Starts an instance metadata service that answers with some items, and refuses requests without a token as EC2 does. */
export async function startMetadataService(items: Record<string, string>): Promise<MetadataService> {
  const server = createServer(({ headers, method, url = "" }, response) => {
    const item = items[url.replace("/latest/meta-data/", "")];
    if (method === "PUT" && url === "/latest/api/token" && headers["x-aws-ec2-metadata-token-ttl-seconds"]) {
      response.end("token");
    } else if (headers["x-aws-ec2-metadata-token"] !== "token") {
      response.writeHead(401).end();
    } else if (item === undefined) {
      response.writeHead(404).end();
    } else {
      response.end(item);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    items,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
