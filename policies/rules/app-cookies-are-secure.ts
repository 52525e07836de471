import { type ResourceRule } from "../rule";
import { types } from "../types";
import { variable } from "../values";

/** Session and CSRF cookies are sent over HTTPS only. */
export const rule: ResourceRule = {
  name: "app-cookies-are-secure",
  description: "Session and CSRF cookies are sent over HTTPS only.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: 'Set SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE to "1".',
  url: "https://docs.djangoproject.com/en/stable/ref/settings/#session-cookie-secure",
  reads: [
    "aws:elasticbeanstalk:application:environment/SESSION_COOKIE_SECURE",
    "aws:elasticbeanstalk:application:environment/CSRF_COOKIE_SECURE",
  ],
  types: types.environment,
  check(resource, demand) {
    for (const name of ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]) {
      demand(() => variable(resource, name) === "1", `${name} has to be exactly "1".`);
    }
  },
};
