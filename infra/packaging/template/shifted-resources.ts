import type { DeployedResources } from './after-first-deployment.ts';
import type { FinishedTemplate } from './finished-template.ts';

/** The variables that name a resource, with the stage parameter of each. A role lets its function use no other resource. */
const NAMED_BY = {
  TABLE_NAME: 'tableName',
  SIGNING_KEY_SECRET_ARN: 'signingKeySecretArn',
  DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: 'documentEngineApiTokenSecretArn',
};

type Resources = DeployedResources | FinishedTemplate['Resources'];

const variable = (resources: Resources, functionId: string, name: string): string | undefined => {
  const environment = resources[functionId]?.Properties?.['Environment'] as
    { readonly Variables?: Readonly<Record<string, unknown>> } | undefined;
  return JSON.stringify(environment?.Variables?.[name]);
};

/** The variable of a function that several issuers' tokens reach through the Lambda authorizer. Without it, the function expects API Gateway's. */
const SEVERAL_ISSUERS = 'ISSUERS';

/** Lists the logical ids of the functions of which CodeDeploy moves the requests from one version to the next. */
function shiftedFunctions({ Resources }: FinishedTemplate, deployed: DeployedResources): string[] {
  return Object.entries(Resources)
    .filter(([id, { UpdatePolicy }]) => UpdatePolicy !== undefined && deployed[id] !== undefined)
    .map(([, { Properties }]) => String((Properties?.['FunctionName'] as { readonly Ref?: unknown }).Ref));
}

/**
 * Refuses to move requests bit by bit to versions that use another table or another secret, or that expect another kind of authorizer. CloudFormation changes the roles first,
 * and they then allow the new resource alone. Each request that still goes to the former version would fail, and the alarms would
 * roll the deployment back.
 *
 * CloudFormation changes the routes last, as each needs the alias of its function. A function refuses a request that came through the
 * kind of authorizer that it does not expect, with 401, which no alarm counts.
 *
 * @param deployed - undefined if there is no stack yet
 * @throws Error that names the parameters and the way to deploy them
 */
export function checkShiftedResources(
  template: FinishedTemplate,
  deployed: DeployedResources | undefined,
): void {
  if (deployed === undefined) return;
  const shifted = shiftedFunctions(template, deployed);
  const has = (resources: Resources, id: string): boolean =>
    variable(resources, id, SEVERAL_ISSUERS) !== undefined;
  if (shifted.some((id) => has(deployed, id) !== has(template.Resources, id))) {
    throw new Error(
      'issuers: the authorizer of the API changes only after all requests have moved, so the new versions would refuse each request with 401 until then, and this deployment cannot be gradual. Deploy it with --param gradualDeployment=AllAtOnce. Later deployments can be gradual again.',
    );
  }
  const changed = shifted.flatMap((id) =>
    Object.entries(NAMED_BY).filter(([name]) => {
      const before = variable(deployed, id, name);
      return before !== undefined && before !== variable(template.Resources, id, name);
    }),
  );
  const parameters = new Set(changed.map(([, parameter]) => parameter));
  if (parameters.size === 0) return;
  throw new Error(
    `${[...parameters].join(', ')}: the versions that serve requests now lose their rights to the former resource as soon as this deployment begins, so it cannot be gradual. Deploy it with --param gradualDeployment=AllAtOnce. Later deployments can be gradual again.`,
  );
}
