/**
 * Returns the architecture of an EC2 instance type. Graviton types have a "g" after the generation: t4g, m6g, c7gn (EC2
 * User Guide, "Instance type naming conventions").
 */
export function getArchitecture(instanceType: string): "arm64" | "x86_64" {
  return /^(?:[a-z]+\d+g[a-z]*|a1)\./.test(instanceType) ? "arm64" : "x86_64";
}
