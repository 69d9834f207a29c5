import {
  asking,
  DEFAULT_LAYER,
  holderDay,
  MINUTE,
  refreshing,
  total,
  type Device,
  type Hour,
} from '../holder-day.ts';
import { atMost, exactly, type Measurement, type Outcome } from '../measurement.ts';

const HOUR = 3600; // seconds, the unit of a token's life

const LAYERS = [
  DEFAULT_LAYER,
  { layer: 'reviews', ttlSeconds: HOUR },
  { layer: { private: true }, ttlSeconds: HOUR },
] as const;

/**
 * Devices that open the document one after the other, each on one of the layers, for lives from a quarter of an hour to
 * a day.
 */
const TWELVE_DEVICES = Array.from({ length: 12 }, (_, index): Device => {
  const { layer } = LAYERS[index % LAYERS.length] ?? DEFAULT_LAYER;
  const ttlSeconds = [HOUR / 4, HOUR, 8 * HOUR, 24 * HOUR][index % 4] ?? HOUR;
  return { ...refreshing({ layer, ttlSeconds }), firstAt: index * 7 * MINUTE };
});

/** A mint a minute, and beside it one request for each life from one hour to a day, the shortest first. */
const EVER_LONGER_LIVES = [
  asking(60),
  ...Array.from({ length: 24 }, (_, index): Device => ({
    wanted: [{ layer: '', ttlSeconds: (index + 1) * HOUR }],
    firstAt: (index + 0.5) * MINUTE,
    pause: () => Infinity,
  })),
];

/** A way to ask for tokens, over a day of one holder. */
class Day {
  readonly what: string;
  readonly #devices: readonly Device[];
  #hours?: Promise<readonly Readonly<Hour>[]>;

  constructor(what: string, ...devices: readonly Device[]) {
    this.what = what;
    this.#devices = devices;
  }

  /** Returns the hours of the day. Only the first call runs through it. */
  hours(): Promise<readonly Readonly<Hour>[]> {
    return (this.#hours ??= holderDay(this.#devices));
  }
}

const AT_ONCE = 4;

const DAYS = [
  new Day('a client that asks at refreshAt', refreshing(DEFAULT_LAYER)),
  new Day('4 mints an hour', asking(4)),
  new Day('60 mints an hour', asking(60)),
  new Day('600 mints an hour', asking(600)),
  new Day('6000 mints an hour', asking(6000)),
  new Day('12 devices on 3 layers, lives of 15 min to 24 h', ...TWELVE_DEVICES),
  new Day('every life from 1 h to 24 h within an hour', ...EVER_LONGER_LIVES),
  new Day('3 layers in one batch', refreshing(...LAYERS)),
];

// Each mint finds the item too short before the first one has written it.
const DAY_AT_ONCE = new Day(
  `${AT_ONCE} mints at the same moment`,
  ...Array.from({ length: AT_ONCE }, () => refreshing(DEFAULT_LAYER)),
);

function holderItemWrites(day: Day, most: number): Measurement {
  return {
    what: `writes of a holder item an hour: ${day.what}`,
    budget: atMost(most),
    exact: true,
    measure: async () => writesOf(await day.hours()),
  };
}

function writesOf(hours: readonly Readonly<Hour>[]): Outcome {
  const growing = hours.map((hour) => hour.growing);
  const [reads, requests] = [total(hours, 'reads'), total(hours, 'requests')];
  return {
    value: total(hours, 'growing') / hours.length,
    notes: [
      `${total(hours, 'growing')} in ${hours.length} hours, at most ${Math.max(...growing)} in one by the clock; and ${total(hours, 'making')} to make the item`,
      `${reads} reads for ${requests} requests, ${(reads / requests).toFixed(4)} each`,
    ],
  };
}

/** Counts the writes that keep a holder item up to date: until when the holder has tokens, and from which grants. */
export const writesOfHolderItem: readonly Measurement[] = [
  ...DAYS.map((day) => holderItemWrites(day, 1)),
  holderItemWrites(DAY_AT_ONCE, AT_ONCE),
];

/** Counts a mint's reads after the first hour of those days: one call each. */
export const readsAfterFirstHour: Measurement = {
  what: 'DynamoDB reads of a request, after the first hour of those days',
  budget: exactly(1),
  exact: true,
  measure: async () => {
    const later: Readonly<Hour>[] = [];
    for (const day of [...DAYS, DAY_AT_ONCE]) later.push(...(await day.hours()).slice(1));
    return {
      value: total(later, 'reads') / total(later, 'requests'),
      notes: [
        'a request reads more than once only in the 16 minutes after the item is made, or after it names another principal',
      ],
    };
  },
};
