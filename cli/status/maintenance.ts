import type { Check } from "../report";
import { descriptions } from "../../components/web-acl-association";
import { type Context, getOutput, ofType } from "./context";

/** Whether the load balancer answers requests with 503. */
export function checkMaintenance(context: Context): Check[] {
  const webAcls = ofType(context, "wafv2/webAcl:WebAcl");
  if (!webAcls.some((webAcl) => getOutput(webAcl, "description") === descriptions.maintenance)) {
    return [];
  }
  const networks = ofType(context, "wafv2/ipSet:IpSet").flatMap(({ outputs }) =>
    Array.isArray(outputs?.addresses) ? outputs.addresses.map(String) : [],
  );
  const except = networks.length === 0 ? "" : `, except those from ${networks.join(", ")}`;
  const { stack } = context;
  const line = {
    level: "warning" as const,
    text: `It is on: requests get 503${except}, and Celery is paused. Meanwhile the web environment's health may be Severe. To end it:`,
    fix: [`npx pulumi config rm --path web.maintenance -s ${stack}`, `npx pulumi up -s ${stack}`],
  };
  return [{ topic: "Maintenance", actions: [], read: () => Promise.resolve([line]) }];
}
