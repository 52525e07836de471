/** The AWS CLI 1 reads the second variable, and AWS CLI 2 the first. */
export function formatRegion(region: string): string {
  return `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`;
}

export function formatImport(file: string, stack: string): string {
  return `npx pulumi import --file ${file} --generate-code=false --stack ${stack}`;
}

export function formatUp(stack: string): string {
  return `npx pulumi up --stack ${stack}`;
}
