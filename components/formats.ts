/** What a text has to look like, in words and as a pattern. */
export interface Format {
  /** Completes "Expected …". */
  expected: string;
  pattern: RegExp;
}

/** A name encoded in ASCII (RFC 5890, section 2.3.1). No other label has hyphens in the third and fourth place. */
const encoded = String.raw`xn--[a-z0-9](?:[a-z0-9-]{0,57}[a-z0-9])?`;
const label = String.raw`(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?|${encoded})`;
export const host = String.raw`(?=[^:]{4,253}(?::|$))(?:${label}\.)+(?:[a-z]{2,63}|${encoded})`;
/** 1 to 65535. */
const port = String.raw`(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])`;

/** The application's name, or the first part of it. */
export const resourceName: Format = {
  expected: "lowercase letters, digits and single hyphens, starting with a letter",
  pattern: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
};

export const domainName: Format = {
  expected: "a lowercase host name without a final dot",
  pattern: new RegExp(`^${host}$`),
};

/** A browser's Origin leaves the default port out. */
export const siteUrl: Format = {
  expected: "a lowercase https:// URL (http:// in dev) without a path or default port",
  pattern: new RegExp(String.raw`^(?!http:.*:80$|https:.*:443$)https?://(${host}|localhost)(:${port})?$`),
};
