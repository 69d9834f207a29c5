import * as z from 'zod';
import { checkAddresses } from './check-addresses.ts';
import { checkArns } from './check-arns.ts';
import { checkStorage } from './check-storage.ts';
import { checkDomain } from './check-domain.ts';
import { checkIssuers } from './check-issuers.ts';
import { didYouMean } from '../../lib/runtime/nearest.ts';
import { PARAMETERS } from './parameters.ts';

/** The stage parameters as they are written, by name: a stage's own and those of `default` together. */
export type StageParameters = Readonly<Record<string, unknown>>;

/**
 * Makes the schema of all parameters of a stage. A parameter that becomes a variable is optional here: the functions'
 * environments decide whether it is required (function-environment.ts).
 */
const schemaOf = (stage: string) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(PARAMETERS).map(([name, { value, variable, otherwise }]) => {
        const schema = value?.(stage) ?? z.unknown();
        return [name, variable === undefined && otherwise === undefined ? schema : schema.optional()];
      }),
    ),
  );

/**
 * Checks a stage's parameters. The rules for variables are those of the functions' environments (lib/wiring), and not checked here.
 *
 * @param stage - the stage's name
 * @param parameters - the stage's own, those of `default`, and those of the command line, together
 * @returns every fault, one sentence each, which begins with the parameter's name
 */
export function checkStageParameters(stage: string, parameters: StageParameters): string[] {
  const parsed = schemaOf(stage).safeParse(parameters);
  const faults = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, parameters));
  return [
    ...checkIssuers(stage, parameters),
    ...faults,
    ...checkDomain(parameters),
    ...checkNetwork(parameters),
    ...checkPredecessor(parameters),
    ...checkTopics(parameters),
    ...checkProber(parameters),
    ...checkArns(parameters),
    ...checkAddresses(stage, parameters),
    ...checkStorage(parameters),
  ];
}

function describe(issue: z.core.$ZodIssue, parameters: StageParameters): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const advice = didYouMean(key, Object.keys(PARAMETERS), (name) => name);
      return `${key}: there is no such parameter${advice === '' ? '' : `.${advice}`}`;
    });
  }
  const [parameter, ...within] = issue.path.map(String);
  if (parameter === undefined) return [issue.message];
  if (parameters[parameter] === undefined) return [`${parameter}: is required and ${issue.message}`];
  return [`${[parameter, ...within].join('.')}: ${issue.message}`];
}

function checkProber({ proberSecretArn, probeDocumentId }: StageParameters): string[] {
  return proberSecretArn !== undefined && probeDocumentId === undefined
    ? ['proberSecretArn: needs probeDocumentId, the document that the prober opens']
    : [];
}

function checkNetwork({ vpc, vpcFunctions }: StageParameters): string[] {
  return vpc === undefined && vpcFunctions !== PARAMETERS['vpcFunctions']?.default
    ? ['vpcFunctions: needs vpc']
    : [];
}

function checkTopics({ alarmTopicArn, ticketTopicArn }: StageParameters): string[] {
  return alarmTopicArn === undefined && ticketTopicArn !== undefined
    ? ['ticketTopicArn: needs alarmTopicArn']
    : [];
}

/** Checks that a stage with rotation says whose key Document Engine holds: the first rotation replaces that key. */
function checkPredecessor({ rotation, predecessorPublicKey }: StageParameters): string[] {
  if (rotation !== 'on' || (predecessorPublicKey !== undefined && predecessorPublicKey !== '')) return [];
  return [
    "predecessorPublicKey: is required with rotation 'on', because the first rotation replaces the key that Document Engine " +
      'holds now. Write the public key (PEM) of the backend that signs with it, and predecessorValidUntil; or none, if no ' +
      'token of that key must stay valid. A stage that has already rotated keeps its value, or writes none',
  ];
}
