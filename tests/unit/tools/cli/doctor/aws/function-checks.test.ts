import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { functionsOf } from '../../../../../../infra/packaging/check-stage.ts';
import { checkFunctions } from '../../../../../../tools/cli/doctor/aws/function-checks.ts';
import {
  jsonAnswer,
  type HttpAnswer,
  type LoopbackServer,
} from '../../../../../../tools/local/stand-ins/loopback-server.ts';
import { awsError, startAws } from '../../../../../support/cli/aws-answers.ts';
import { findingOf, made, stageOf } from '../../../../../support/cli/doctor-stage.ts';

const RUNNING = 'every function is ready';
const SETTINGS = 'the functions have the parameters of this checkout';

let lambda: LoopbackServer;
/** Replace the answer about single functions. */
let answers: Record<string, HttpAnswer>;

beforeEach(async () => {
  answers = {};
  lambda = await startAws((path) => {
    const name = /functions\/layermint-prod-(\w+)\/configuration/.exec(path)?.[1] ?? '';
    return answers[name] ?? configuration(name, {});
  });
});
afterEach(async () => {
  await lambda.close();
});

const configuration = (name: string, differing: object): HttpAnswer =>
  jsonAnswer(200, {
    FunctionName: `layermint-prod-${name}`,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    LastModified: name === 'mintToken' ? '2026-11-26T11:00:00.000+0000' : '2026-11-26T10:00:00.000+0000',
    Environment: { Variables: { JWT_ALGORITHM: 'ES256', LOG_LEVEL: 'info' } },
    ...differing,
  });

const checked = async (more: object = {}) => {
  const usual = { algorithm: 'ES256', logLevel: 'info', documentEngineUrl: 'https://documents.example' };
  const parameters = { ...usual, ...more };
  return (await made(checkFunctions(stageOf({ parameters, aws: { lambda: lambda.url } })))).findings;
};

describe('the functions of a stage', () => {
  test('are in order with the state and the parameters of this checkout', async () => {
    expect(await checked()).toEqual([
      {
        check: RUNNING,
        outcome: 'ok',
        detail: `${functionsOf({}).length}, last changed 2026-11-26T11:00:00.000+0000`,
      },
      { check: SETTINGS, outcome: 'ok' },
    ]);
  });

  test('include the authorizer in a stage with several issuers only', async () => {
    answers['authorizeCaller'] = awsError('ResourceNotFoundException');
    expect((await checked())[0]?.outcome).toBe('ok');
    expect((await checked({ issuers: [] }))[0]).toMatchObject({ check: RUNNING, outcome: 'failed' });
  });

  test('differ from this checkout in a parameter that is a list or an object', async () => {
    answers['mintToken'] = configuration('mintToken', {
      Environment: { Variables: { BACKENDS: '{"robot":["layermint/grants"]}', SCOPES_CLAIM: '["scope"]' } },
    });
    const backends = { robot: ['layermint/grants'] };
    expect(findingOf(await checked({ backends, scopesClaim: ['scope'] }), SETTINGS).outcome).toBe('ok');
    expect(findingOf(await checked({ backends: {}, scopesClaim: ['scp'] }), SETTINGS)).toMatchObject({
      outcome: 'warning',
      detail: 'scopesClaim, backends differ',
    });
  });

  test('fail if Lambda could not change one, for its reason', async () => {
    answers['mintToken'] = configuration('mintToken', {
      LastUpdateStatus: 'Failed',
      LastUpdateStatusReason: 'The KMS key is disabled',
    });
    expect(await checked()).toContainEqual(
      expect.objectContaining({
        outcome: 'failed',
        detail: 'layermint-prod-mintToken: The KMS key is disabled',
      }),
    );
  });

  test('are being changed for a while', async () => {
    answers['getKeys'] = configuration('getKeys', { LastUpdateStatus: 'InProgress' });
    expect(await checked()).toContainEqual(
      expect.objectContaining({ outcome: 'warning', detail: 'Lambda still changes layermint-prod-getKeys' }),
    );
  });

  test('were deployed with another parameter, whose value is not shown', async () => {
    answers['mintToken'] = configuration('mintToken', {
      Environment: { Variables: { JWT_ALGORITHM: 'RS512', DOCUMENT_ENGINE_URL: 'https://other.example' } },
    });
    const findings = await checked();
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: SETTINGS,
        outcome: 'warning',
        detail: 'documentEngineUrl, algorithm differ',
      }),
    );
    expect(JSON.stringify(findings)).not.toMatch(/RS512|other\.example/);
  });

  test('are of an earlier version if one is missing', async () => {
    answers['getHealth'] = awsError('ResourceNotFoundException');
    expect(await checked()).toEqual([
      expect.objectContaining({ outcome: 'failed', cure: 'npm run deploy -- --stage prod' }),
    ]);
  });

  test('are not checked without the right to look at them', async () => {
    answers['mintToken'] = awsError('AccessDeniedException');
    expect(await checked()).toEqual([
      expect.objectContaining({
        outcome: 'not checked',
        detail: 'your AWS credentials may not call lambda:GetFunctionConfiguration',
      }),
    ]);
  });
});
