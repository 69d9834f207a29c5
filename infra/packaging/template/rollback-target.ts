import type { DeployedResources } from './after-first-deployment.ts';
import { checkLeavingNetwork } from './leaving-network.ts';
import { ROTATION_SCHEDULE } from './rotation-last.ts';

/** The variables of the functions that name the data of a stage, and the stage parameters that choose other data. */
const DATA = { TABLE_NAME: 'tableName', SIGNING_KEY_SECRET_ARN: 'signingKeySecretArn' };

const INSTEAD =
  'Check out the version to which you want to return, keep the parameters of the stage, and deploy it: npm run deploy (docs/deployment.md, "Roll back").';

/**
 * Checks an earlier deployment before the stack is rolled back to it. Its template names the table, the secret and the network of
 * that time.
 *
 * @param earlier - the resources of the deployment to return to
 * @param deployed - the resources that are deployed now
 * @returns a sentence for each effect that the team should know
 * @throws Error if the functions would use other data than now, or would leave network interfaces behind
 */
export function checkRollback(earlier: DeployedResources, deployed: DeployedResources): string[] {
  for (const [variable, parameter] of Object.entries(DATA)) {
    const then = valueOf(variable, earlier);
    const now = valueOf(variable, deployed);
    if (then === undefined || now === undefined || then === now) continue;
    throw new Error(
      `${parameter}: that deployment used ${describe(then)}, and the stage now uses ${describe(now)}. A rollback would take its data away from the stage. ${INSTEAD}`,
    );
  }
  checkLeavingNetwork({ Resources: withTypes(earlier) }, deployed);
  const then = earlier[ROTATION_SCHEDULE]?.Properties;
  const now = deployed[ROTATION_SCHEDULE]?.Properties;
  const rotates =
    now !== undefined &&
    then?.['RotateImmediatelyOnUpdate'] === true &&
    JSON.stringify(then) !== JSON.stringify(now);
  const sentences = rotates
    ? [
        'The schedule of rotation changes, so Secrets Manager replaces the signing key once. This interrupts nobody.',
      ]
    : [];
  if ((valueOf('ISSUERS', earlier) === undefined) !== (valueOf('ISSUERS', deployed) === undefined)) {
    sentences.push(
      'issuers: the authorizer of the API changes after the functions, which refuse callers with 401 until then: in a gradual deployment, for as long as the shift.',
    );
  }
  const isProtected = (resources: DeployedResources): unknown =>
    resources['Table']?.Properties?.['DeletionProtectionEnabled'];
  if (isProtected(deployed) === true && isProtected(earlier) === false) {
    sentences.push(
      'deletionProtection: the table is not protected after this rollback, as it was not at that deployment. Protect it again with the next deployment.',
    );
  }
  return sentences;
}

/** Finds the value of a variable in the environments of the functions, as JSON. */
function valueOf(variable: string, resources: DeployedResources): string | undefined {
  for (const { Properties } of Object.values(resources)) {
    const variables = (Properties?.['Environment'] as { Variables?: Record<string, unknown> } | undefined)
      ?.Variables;
    if (variables?.[variable] !== undefined) return JSON.stringify(variables[variable]);
  }
  return undefined;
}

/** Describes a value of a template: a name, or a reference to a resource of the stack. */
const describe = (json: string): string => (json.startsWith('"') ? json : "the stack's own");

const withTypes = (resources: DeployedResources) =>
  Object.fromEntries(
    Object.entries(resources).map(([id, { Properties = {} }]) => [
      id,
      { Type: '', Properties: { ...Properties } },
    ]),
  );
