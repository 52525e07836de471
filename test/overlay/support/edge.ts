import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import {
  type IncomingHttpHeaders,
  request as httpRequest,
  createServer as createHttpServer,
} from "node:http";
import { createServer as createHttpsServer, request as httpsRequest } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";

/** A stand-in for a CloudFront distribution. */
export interface Edge {
  /** Ports for HTTP and HTTPS. */
  ports: { http: number; https: number };
  stop: () => void;
}

/**
 * Starts a proxy that treats headers as a CloudFront distribution does whose origin request policy is
 * AllViewerAndCloudFrontHeaders-2022-06, with a custom header for the origin
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html).
 */
export async function startEdge(folder: string, originPort: number, secret: string): Promise<Edge> {
  const [key, cert] = [join(folder, "edge-key.pem"), join(folder, "edge-cert.pem")];
  const subject = ["-subj", "/CN=*.cloudfront.net", "-days", "1", "-keyout", key, "-out", cert];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject], { stdio: "ignore" });
  const redirect = createHttpServer(({ headers, url = "" }, response) => {
    response.writeHead(301, { Location: `https://${headers.host ?? ""}${url}` }).end();
  });
  const proxy = createHttpsServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    (viewer, response) => {
      const origin = httpRequest({
        port: originPort,
        host: "127.0.0.1",
        method: viewer.method,
        path: viewer.url,
        headers: {
          ...withoutReserved(viewer.headers),
          via: "1.1 0123456789abcdef.cloudfront.net (CloudFront)",
          "cloudfront-forwarded-proto": "https",
          "x-forwarded-for": viewer.socket.remoteAddress,
          "x-origin-verify": secret,
        },
      });
      origin.on("response", (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      origin.on("error", () => response.writeHead(502).end());
      viewer.pipe(origin);
    },
  );
  const [http, https] = await Promise.all([listen(redirect), listen(proxy)]);
  return {
    ports: { http, https },
    stop: () => {
      for (const server of [redirect, proxy]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

/** What CloudFront removes, or replaces by its own. */
function withoutReserved(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const reserved = /^(x-forwarded-proto|x-origin-verify|x-edge-.*|x-real-ip|cloudfront-.*)$/;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !reserved.test(name)));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** What a browser sees of an answer. */
export interface Answer {
  status: number;
  location: string;
  cookies: string[];
  text: string;
}

/** Sends a request with a Host of its own to a port of this machine, and follows no redirect. */
export async function browse(
  url: { scheme: "http" | "https"; port: number; path: string },
  headers: Record<string, string>,
  form?: Record<string, string>,
): Promise<Answer> {
  const body = form === undefined ? "" : new URLSearchParams(form).toString();
  const options = {
    host: "127.0.0.1",
    port: url.port,
    path: url.path,
    method: form === undefined ? "GET" : "POST",
    // The certificate is the stand-in's own.
    rejectUnauthorized: false,
    headers: {
      ...(form && { "Content-Type": "application/x-www-form-urlencoded", "Content-Length": body.length }),
      ...headers,
    },
  };
  return await new Promise((resolve, reject) => {
    const call = (url.scheme === "https" ? httpsRequest : httpRequest)(options, (message) => {
      let text = "";
      message.setEncoding("utf8");
      message.on("data", (chunk: string) => (text += chunk));
      message.on("end", () => {
        const { location = "", "set-cookie": cookies = [] } = message.headers;
        resolve({ status: message.statusCode ?? 0, location, cookies, text });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}
