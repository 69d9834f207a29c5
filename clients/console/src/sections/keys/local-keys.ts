import { boolean, list, number, object, oneOf, optional, string } from '../../reading.ts';

const readRotation = object({
  state: oneOf('running', 'done', 'failed'),
  startedAt: string,
  endedAt: optional(string),
  lines: list(string),
});

/** A rotation that a page of the local stack asked for. */
export type LocalRotation = ReturnType<typeof readRotation>;

/** Reads the state of the local stack's keys: `GET /local/signing-key`. */
export const readLocalKeys = object({
  rotationEnabled: boolean,
  intervalSeconds: number,
  keys: list(
    object({
      kid: string,
      labels: list(string),
      accepted: optional(boolean),
      state: optional(string),
      createdAt: optional(string),
    }),
  ),
  faults: list(string),
  foreign: optional(string),
  emergencyUnfinished: boolean,
  lastRotation: optional(readRotation),
});

/** The state of the local stack's keys. */
export type LocalKeys = ReturnType<typeof readLocalKeys>;

/** Reads the answer of `POST /local/rotate`. */
export const readStarted = object({ started: boolean, rotation: optional(readRotation) });

/** Computes the time of the next rotation, in seconds since 1970: an interval after the key that signs was made. */
export function nextRotationOf({ keys, intervalSeconds, rotationEnabled }: LocalKeys): number | undefined {
  const made = keys.find(({ labels }) => labels.includes('AWSCURRENT'))?.createdAt;
  if (!rotationEnabled || made === undefined) return undefined;
  return Date.parse(made) / 1000 + intervalSeconds;
}
