import type { SigningKeysStatus } from '../../../../lib/rotation/index.ts';
import { toMilliseconds, type Seconds } from '../../../../lib/runtime/time.ts';
import { json, type LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import { isFromThisMachine } from '../../stand-ins/web-pages.ts';
import { ROTATE_PATH, SIGNING_KEY_PATH } from '../routes/paths.ts';
import { isForThisMachine, isOfOwnPage, notForThisMachine, OWN_PAGE_HEADER } from '../routes/this-machine.ts';
import { wantsJson } from '../routes/wants-json.ts';
import type { KeyRotation } from './key-rotation.ts';

/** The state of the signing keys, as `npm run keys -- status` finds it. */
export interface KeysState {
  readonly status: SigningKeysStatus;
  readonly rotationEnabled: boolean;
  /** The time between two rotations. */
  readonly interval: Seconds;
  /** The same as the command prints it. */
  readonly table: string;
}

/**
 * Shows the state of the signing keys, as text, or as JSON if the request asks for it. Nothing in it is secret. It concerns the
 * operator alone, so this machine alone is answered. `POST` on {@link ROTATE_PATH} starts a rotation: only for a page that this server
 * serves.
 */
export function signingKeyRoutes(state: () => Promise<KeysState>, rotation: KeyRotation): LocalRoute {
  return async (request) => {
    const { method, target } = request;
    if (method === 'POST' && target === ROTATE_PATH) {
      if (!isOfOwnPage(request)) return notOfOwnPage();
      const started = rotation.start();
      return json(started ? 202 : 409, { started, rotation: rotation.last }, HEADERS);
    }
    if (method !== 'GET' || target !== SIGNING_KEY_PATH) return undefined;
    if (!isForThisMachine(request) || !isFromThisMachine(request.sourceIp)) return notForThisMachine();
    const lastRotation = rotation.last; // First: the keys of an answer that says "done" are those after the rotation.
    const found = await state();
    if (wantsJson(request)) return json(200, { ...shown(found), lastRotation }, HEADERS);
    return {
      status: 200,
      headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' },
      body: `${found.table}\n`,
    };
  };
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', vary: 'Accept' };

const notOfOwnPage = () =>
  json(403, {
    message: `Only a page of this very address can rotate the key, with the header ${OWN_PAGE_HEADER}. In a terminal: npm run keys -- rotate --local`,
  });

/** Picks the members by their names, so that nothing else of a key can get into an answer. */
function shown({ status, rotationEnabled, interval }: KeysState): object {
  const { keys, faults, entries, foreign, begun, emergencyUnfinished } = status;
  return {
    rotationEnabled,
    intervalSeconds: interval,
    keys: keys.map(({ kid, labels, published, accepted }) => ({
      ...{ kid, labels, accepted, state: published?.state, longestLifeSeconds: published?.longestLife },
      createdAt: time(published?.createdAt),
      verifiesUntil: time(published?.verifiesUntil),
    })),
    entries: entries?.map(({ id, expiresAt, owner }) => ({ id, expiresAt: time(expiresAt), owner })),
    ...{ faults, foreign, begun, emergencyUnfinished },
  };
}

function time(moment: Seconds | undefined): string | undefined {
  return moment === undefined ? undefined : new Date(toMilliseconds(moment)).toISOString();
}
