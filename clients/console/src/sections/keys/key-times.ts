import { list, number, object, optional, string } from '../../reading.ts';

/** Reads the public keys. The key that signs comes first. */
export const readKeys = object({
  keys: list(object({ kid: string, alg: string, iat: optional(number), exp: optional(number) })),
});

/** A public key with its times in seconds since 1970, if the service knows them. */
export type PublishedKey = ReturnType<typeof readKeys>['keys'][number];

/** The part of a key now: the service lists the key that signs first, and gives an end to replaced ones alone. */
export type Part = 'signs' | 'waits' | 'replaced';

/** Tells what a key does. @param at - its place in the list */
export function partOf({ exp }: PublishedKey, at: number): Part {
  if (exp !== undefined) return 'replaced';
  return at === 0 ? 'signs' : 'waits';
}

/** The words for each part. */
export const PARTS: Readonly<Record<Part, string>> = {
  signs: 'signs',
  waits: 'next key: it will sign',
  replaced: 'replaced: its tokens still verify',
};

/** The bar of a key in the time line, in seconds since 1970. */
export interface Bar {
  readonly kid: string;
  readonly part: Part;
  readonly from: number;
  readonly until: number;
  /** The key has no known beginning, or no end yet: its bar goes beyond the picture. */
  readonly openAtStart: boolean;
  readonly openAtEnd: boolean;
}

/** The time line of the keys, in seconds since 1970. */
export interface TimeLine {
  readonly from: number;
  readonly until: number;
  readonly bars: readonly Bar[];
}

const HOUR = 3600;

/**
 * Lays the keys out in time. The picture shows now, the known moments of the keys, and some time around them. The next rotation is months
 * away: it is shown only if no replaced key has an end in hours, which would shrink to nothing beside it.
 */
export function timeLineOf(keys: readonly PublishedKey[], now: number, nextRotation?: number): TimeLine {
  const moments = [
    now,
    ...keys.flatMap(({ iat, exp }) => [iat ?? now, exp ?? now]),
    ...(nextRotation === undefined || overlapUntil(keys, now) !== undefined ? [] : [nextRotation]),
  ];
  const [first, last] = [Math.min(...moments), Math.max(...moments)];
  const margin = Math.max((last - first) * 0.08, HOUR / 4);
  const [from, until] = [first - margin, last + margin];
  const bars = keys.map((key, at) => ({
    ...{ kid: key.kid, part: partOf(key, at), from: key.iat ?? from, until: key.exp ?? until },
    ...{ openAtStart: key.iat === undefined, openAtEnd: key.exp === undefined },
  }));
  return { from, until, bars };
}

/** Finds the time until which a replaced key verifies beside the one that signs; undefined without such a key. */
export function overlapUntil(keys: readonly PublishedKey[], now: number): number | undefined {
  const ends = keys.flatMap(({ exp }) => (exp !== undefined && exp > now ? [exp] : []));
  return ends.length === 0 ? undefined : Math.max(...ends);
}
