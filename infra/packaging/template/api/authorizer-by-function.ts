import type { FinishedTemplate } from '../finished-template.ts';

/** The authorizer's logical id, which the Serverless CLI makes of its name in serverless.yml, whatever its type. */
const AUTHORIZER = 'HttpApiAuthorizerCaller';
/** API Gateway's permission to invoke the authorizer's function. */
const PERMISSION = 'CallerLambdaAuthorizerPermissionHttpApi';

/**
 * Gives a Lambda authorizer another logical id and another name than the JWT authorizer has.
 *
 * If a stage is switched from `issuer` to `issuers` or back, CloudFormation then creates the new authorizer, moves the routes to it, and
 * deletes the former one at the end. A rollback moves the routes back. With one logical id, it would change the type of an authorizer that
 * routes of the former type use, and leave the settings of the former type in it.
 *
 * The authorizer depends on the permission to invoke its function. Until that is there, API Gateway would answer 500.
 *
 * A stage with a JWT authorizer is left unchanged.
 *
 * @throws Error if API Gateway has no permission to invoke the function
 */
export function authorizerByFunction({ Resources }: FinishedTemplate): void {
  const authorizer = Resources[AUTHORIZER];
  if (authorizer?.Properties?.['AuthorizerType'] !== 'REQUEST') return;
  if (Resources[PERMISSION] === undefined)
    throw new Error("The template has no permission for the function of the API's authorizer.");
  const id = `${AUTHORIZER}ByFunction`;
  const Properties = { ...authorizer.Properties, Name: 'callerByFunction' };
  Reflect.deleteProperty(Resources, AUTHORIZER);
  Resources[id] = { ...authorizer, DependsOn: PERMISSION, Properties };
  for (const route of Object.values(Resources)) {
    const authorizerId = route.Properties?.['AuthorizerId'] as { readonly Ref?: unknown } | undefined;
    if (authorizerId?.Ref === AUTHORIZER)
      route.Properties = { ...route.Properties, AuthorizerId: { Ref: id } };
  }
}
