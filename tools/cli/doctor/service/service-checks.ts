import {
  DescribeSecretCommand,
  SecretsManagerClient,
  type DescribeSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import manifest from '../../../../package.json' with { type: 'json' };
import { regionOption, textOf, type CheckedStage, type Deployed } from '../checked-stage.ts';
import { failed, notChecked, ok, warning, type Finding } from '../finding.ts';
import { notAnswered } from '../aws/aws-refusal.ts';
import { get, jsonObject } from '../http-get.ts';

const HEALTH = 'the API answers';
const SAME_VERSION = 'the API has the version of this checkout';
const KEY = 'the service has a signing key';
const ROTATION = 'Secrets Manager replaces the signing key';

/** Checks a running service by its public routes, and the rotation of its signing key. */
export async function* checkService(stage: CheckedStage, deployed: Deployed): AsyncGenerator<Finding> {
  yield* checkHealth(stage, deployed);
  yield await checkKeySet(stage, deployed);
  yield await checkRotation(stage, deployed);
}

async function* checkHealth({ name, isLocal }: CheckedStage, { api }: Deployed): AsyncGenerator<Finding> {
  const got = await get(`${api}/health`);
  if (!got.answered || got.status !== 200) {
    yield failed(
      HEALTH,
      got.answered ? `GET ${api}/health answers ${got.status}` : `${api} cannot be reached (${got.reason})`,
      'With a domain of your own, check its DNS record against the output DomainTarget of the stack. Otherwise read the log of the function getHealth.',
    );
    yield notChecked(SAME_VERSION, 'the API does not answer');
    return;
  }
  yield ok(HEALTH, api);
  const version = jsonObject(got.body)?.['version'];
  if (version === manifest.version) {
    yield ok(SAME_VERSION, manifest.version);
    return;
  }
  yield warning(
    SAME_VERSION,
    `it has ${typeof version === 'string' ? version : 'none'}, this checkout ${manifest.version}`,
    isLocal
      ? 'Start the local stack again with npm start.'
      : `Deploy this checkout (npm run deploy -- --stage ${name}), or run the command in the one that was deployed.`,
  );
}

async function checkKeySet(stage: CheckedStage, { api }: Deployed): Promise<Finding> {
  const got = await get(`${api}/.well-known/jwks.json`);
  if (!got.answered) return notChecked(KEY, `${api} cannot be reached (${got.reason})`);
  const keys = jsonObject(got.body)?.['keys'];
  if (got.status !== 200 || !Array.isArray(keys)) {
    return failed(
      KEY,
      `GET ${api}/.well-known/jwks.json answers ${got.status}`,
      'Read the log of the function getKeys.',
    );
  }
  if (keys.length > 0) return ok(KEY, `${keys.length} public key${keys.length === 1 ? '' : 's'}`);
  return failed(
    KEY,
    'it publishes no key, and answers 503 to every request for a token',
    textOf(stage, 'rotation') === 'off'
      ? `npm run keys -- generate ${stage.options}`
      : `If the first deployment was minutes ago, wait. Otherwise read the log of the function rotateSigningKey, correct the cause, then: npm run keys -- rotate ${stage.options}`,
  );
}

async function checkRotation(stage: CheckedStage, deployed: Deployed): Promise<Finding> {
  const client = new SecretsManagerClient(stage.aws.secretsManager);
  try {
    const secret = await client.send(new DescribeSecretCommand({ SecretId: deployed.signingKeySecretArn }));
    const wanted = textOf(stage, 'rotation') !== 'off';
    const enabled = secret.RotationEnabled === true;
    if (enabled !== wanted) {
      return failed(
        ROTATION,
        enabled
          ? "rotation is on, and the stage has rotation: 'off'"
          : "rotation is off, and the stage has rotation: 'on'",
        `npm run deploy -- --stage ${stage.name}; if that changes nothing, set it in Secrets Manager (aws secretsmanager ${enabled ? 'cancel-rotate-secret' : 'rotate-secret'} ${regionOption(deployed.signingKeySecretArn)} --secret-id ${deployed.signingKeySecretArn})`,
      );
    }
    if (!enabled) return ok(ROTATION, "off, as the stage has rotation: 'off'");
    const waiting = waitingVersion(secret.VersionIdsToStages);
    if (waiting === undefined) return ok(ROTATION, datesOf(secret));
    return warning(
      ROTATION,
      'a rotation has begun, and is not finished',
      `If it does not finish within minutes, read the log of the function rotateSigningKey, then: npm run keys -- rotate ${stage.options}`,
    );
  } catch (error) {
    return notAnswered(ROTATION, error, 'secretsmanager:DescribeSecret');
  } finally {
    client.destroy();
  }
}

/** Finds a version that is pending but not current. Secrets Manager leaves AWSPENDING on a version that has become current. */
const waitingVersion = (labels: Readonly<Record<string, string[]>> = {}): string | undefined =>
  Object.keys(labels).find(
    (id) => labels[id]?.includes('AWSPENDING') === true && !labels[id].includes('AWSCURRENT'),
  );

function datesOf({
  LastRotatedDate: last,
  NextRotationDate: next,
}: Pick<DescribeSecretResponse, 'LastRotatedDate' | 'NextRotationDate'>): string | undefined {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const dates = [last && `last on ${day(last)}`, next && `next on ${day(next)}`].filter(Boolean);
  return dates.length === 0 ? undefined : dates.join(', ');
}
