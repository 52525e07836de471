/** What a rule of the policy pack has to say about a resource. */
export interface Violation {
  policy: string;
  level: "advisory" | "mandatory";
  urn: string;
  message: string;
}
