import { GetConfigurationSetCommand, GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { ignoreMissing } from "../../adopt/matcher";
import { type ExistingResource, getFixedName, toTags } from "../existing";
import { getNames, type Scope } from "./scope";

export async function findMail(scope: Scope): Promise<ExistingResource[]> {
  const [identityType, setType] = [
    "aws:sesv2/emailIdentity:EmailIdentity",
    "aws:sesv2/configurationSet:ConfigurationSet",
  ] as const;
  const getRegion = (type: string, name: string) =>
    [...scope.planned, ...scope.state].find(
      (one) => one.type === type && getFixedName(type, one.inputs) === name,
    )?.inputs?.region as string;
  const identities = getNames(scope, identityType).map(async (name): Promise<ExistingResource[]> => {
    const region = getRegion(identityType, name);
    const found = await ignoreMissing(
      scope.aws.mail(region).send(new GetEmailIdentityCommand({ EmailIdentity: name })),
      "NotFoundException",
    );
    const remove = [`aws sesv2 delete-email-identity --region ${region} --email-identity ${name}`];
    return found === undefined
      ? []
      : [{ type: identityType, id: name, importId: name, name, tags: toTags(found.Tags), remove }];
  });
  const sets = getNames(scope, setType).map(async (name): Promise<ExistingResource[]> => {
    const region = getRegion(setType, name);
    const found = await ignoreMissing(
      scope.aws.mail(region).send(new GetConfigurationSetCommand({ ConfigurationSetName: name })),
      "NotFoundException",
    );
    const remove = [`aws sesv2 delete-configuration-set --region ${region} --configuration-set-name ${name}`];
    return found === undefined
      ? []
      : [{ type: setType, id: name, importId: name, name, tags: toTags(found.Tags), remove }];
  });
  return (await Promise.all([...identities, ...sets])).flat();
}
