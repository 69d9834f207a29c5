import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  ApiToken,
  ApiTokenUnavailableError,
  DocumentEngineClient,
  DocumentEngineRefusalError,
  type JwtSecret,
} from '../../../../lib/document-engine/index.ts';
import { systemClock } from '../../../../lib/runtime/clock.ts';
import { LayermintError } from '../../../../lib/runtime/errors.ts';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import { call } from '../../http-call.ts';
import { regionOption, textOf, type CheckedStage } from '../checked-stage.ts';
import { failed, notChecked, ok, type Finding } from '../finding.ts';
import { notAnswered } from '../aws/aws-refusal.ts';
import { checkVersion, VERSION } from './document-engine-version.ts';
import { get, redirectTarget, type Got } from '../http-get.ts';

const FOR_FUNCTIONS = 'Document Engine answers at the address for the functions';
const FOR_APPS = 'Document Engine answers at the address for apps';
const API_TOKEN = 'Document Engine accepts its API token';

const TIME_LIMIT: Milliseconds = 5_000;

/**
 * Checks Document Engine: both of its addresses, its version, and its API token.
 *
 * @returns its list of public keys; undefined if it cannot be read
 */
export async function* checkDocumentEngine(
  stage: CheckedStage,
): AsyncGenerator<Finding, readonly JwtSecret[] | undefined> {
  const forApps = textOf(stage, 'documentEngineUrl');
  const url = textOf(stage, 'documentEngineApiUrl') ?? forApps;
  if (url === undefined) {
    yield notChecked(FOR_FUNCTIONS, 'the stage names no address of Document Engine');
    return undefined;
  }
  const got = await get(`${url}/healthcheck`);
  yield judgeHealth(FOR_FUNCTIONS, url, got, isPrivate(stage));
  if (forApps !== undefined && forApps !== url)
    yield judgeHealth(FOR_APPS, forApps, await get(`${forApps}/healthcheck`), false);
  if (!got.answered) {
    for (const check of [VERSION, API_TOKEN]) yield notChecked(check, `${url} cannot be reached from here`);
    return undefined;
  }
  yield checkVersion([got.headers['server']].flat().join());
  const { finding, entries } = await readKeyList(url, stage);
  yield finding;
  return entries;
}

/** Tells whether the functions may reach Document Engine in a network that this machine is not in. */
const isPrivate = (stage: CheckedStage): boolean =>
  stage.parameters['vpc'] !== undefined || textOf(stage, 'documentEngineApiUrl') !== undefined;

function judgeHealth(check: string, url: string, got: Got, mayBePrivate: boolean): Finding {
  if (!got.answered) {
    const detail = `${url} cannot be reached from here (${got.reason})`;
    return mayBePrivate
      ? notChecked(check, detail, 'Run the command in the network of the functions.')
      : failed(
          check,
          detail,
          'Correct the address in infra/stages/stages.yml, its DNS record, its certificate or its firewall.',
        );
  }
  if (got.status === 200) return ok(check, url);
  if (got.status >= 300 && got.status < 400) {
    return failed(
      check,
      `${url} redirects to ${redirectTarget(url, got.headers.location)} (${got.status})`,
      'Set the address to the target. The functions follow no redirect, as they send the API token.',
    );
  }
  return failed(
    check,
    `${url}/healthcheck answers ${got.status}`,
    'Check that the address is the base URL of Document Engine, that Document Engine runs, and that the proxy before it lets /healthcheck through.',
  );
}

async function readKeyList(
  url: string,
  stage: CheckedStage,
): Promise<{ readonly finding: Finding; readonly entries?: readonly JwtSecret[] }> {
  const arn = textOf(stage, 'documentEngineApiTokenSecretArn');
  if (arn === undefined)
    return { finding: notChecked(API_TOKEN, 'the stage names no secret with the API token') };
  const secretsManager = new SecretsManagerClient(stage.aws.secretsManager);
  const client = new DocumentEngineClient({
    url,
    apiToken: new ApiToken(secretsManager, arn, systemClock),
    clock: systemClock,
    fetch: boundedFetch,
  });
  try {
    const entries = await client.listSecrets();
    return { finding: ok(API_TOKEN, listed(entries)), entries };
  } catch (error) {
    return { finding: refusedList(error, arn) };
  } finally {
    secretsManager.destroy();
  }
}

function refusedList(error: unknown, arn: string): Finding {
  if (error instanceof ApiTokenUnavailableError) {
    return error.cause === undefined
      ? failed(API_TOKEN, error.message, 'Put the token alone into the secret.')
      : notAnswered(API_TOKEN, error.cause, 'secretsmanager:GetSecretValue');
  }
  if (error instanceof DocumentEngineRefusalError && (error.status === 401 || error.status === 403)) {
    return failed(
      API_TOKEN,
      `it answers ${error.status}`,
      `Write the value of its API_AUTH_TOKEN into the secret: aws secretsmanager put-secret-value ${regionOption(arn)} --secret-id ${arn} --secret-string file://FILE`,
    );
  }
  const detail = error instanceof LayermintError ? error.message : 'the call failed';
  return failed(
    API_TOKEN,
    detail,
    'Check that nothing before Document Engine changes or refuses GET /api/secrets/jwt.',
  );
}

/** Lists the entries by id. The keys themselves are not in Document Engine's answer. */
function listed(entries: readonly JwtSecret[]): string {
  const each = entries.map(({ id, expiresAt }) =>
    expiresAt === undefined ? `${id} (current)` : `${id} (until ${new Date(expiresAt * 1000).toISOString()})`,
  );
  return `it holds ${entries.length} public key${entries.length === 1 ? '' : 's'}: ${each.join(', ')}`;
}

/** The runtime's `fetch` with the limits of `call`: one confidential address, five seconds, 1 MiB. */
async function boundedFetch(url: string, { method, headers, body }: RequestInit): Promise<Response> {
  const answer = await call(url, {
    method: method === 'POST' ? 'POST' : 'GET',
    headers: Object.fromEntries(new Headers(headers)),
    ...(typeof body === 'string' && { body }),
    timeLimit: TIME_LIMIT,
  });
  const type = answer.headers['content-type'];
  // These statuses have no body (Fetch standard, "null body status"), and Response refuses one.
  const empty = [204, 205, 304].includes(answer.status);
  return new Response(empty ? null : answer.body, {
    status: answer.status,
    headers: type === undefined ? {} : { 'content-type': type },
  });
}
