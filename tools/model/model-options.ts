import type { Seconds } from '../../lib/runtime/time.ts';
import { UsageError } from '../cli/errors.ts';
import { SHAPES, type Shape } from './loads.ts';

/** The options of `npm run model`. */
export const MODEL_OPTIONS = {
  'tokens-per-second': { type: 'string', default: '1,100,10000' },
  ttl: { type: 'string', default: '3600' },
  groups: { type: 'string', default: '2' },
  grants: { type: 'string', default: '5' },
  documents: { type: 'string', default: '1000' },
  herd: { type: 'string', default: 'all' },
  stage: { type: 'string', default: 'example' },
  write: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** The questions to the model. */
export interface ModelQuestion {
  /** Rising, without repeats. */
  readonly tokensPerSecond: readonly number[];
  readonly ttlSeconds: Seconds;
  readonly groups: number;
  readonly grants: number;
  readonly documents: number;
  readonly shapes: readonly Shape[];
}

const HIGHEST_RATE = 1_000_000;

/** The bounds of a token's life (infra/stages/parameters/tokens.ts). */
const TTL = { least: 60, most: 86_400 };

const HERDS: Readonly<Record<string, readonly Shape[]>> = {
  all: SHAPES,
  none: ['steady'],
  outage: ['outage'],
  'nine-o-clock': ['nine-o-clock'],
};

/**
 * Reads the question from the command line.
 *
 * @throws UsageError that names the option and its bounds
 */
export function questionIn(values: Readonly<Record<string, string | boolean>>): ModelQuestion {
  const rates = String(values['tokens-per-second']).split(',');
  const tokensPerSecond = rates.map((rate) =>
    numberIn('tokens-per-second', rate, { least: 0.001, most: HIGHEST_RATE }),
  );
  const whole = (name: string, least: number, most: number): number =>
    numberIn(name, String(values[name]), { least, most, isWhole: true });
  const herd = String(values['herd']);
  const shapes = HERDS[herd];
  if (!Object.hasOwn(HERDS, herd) || shapes === undefined)
    throw new UsageError(`--herd must be one of ${Object.keys(HERDS).join(', ')}, not "${herd}".`);
  return {
    tokensPerSecond: [...new Set(tokensPerSecond)].sort((one, other) => one - other),
    ttlSeconds: whole('ttl', TTL.least, TTL.most),
    groups: whole('groups', 0, 500),
    grants: whole('grants', 2, 1_000_000),
    documents: whole('documents', 1, 1_000_000_000),
    shapes,
  };
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly isWhole?: boolean;
}

function numberIn(name: string, text: string, { least, most, isWhole = false }: Bounds): number {
  const value = (isWhole ? /^\d+$/ : /^\d+(?:\.\d+)?$/).test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  const kind = isWhole ? 'a whole number' : 'a number, or several with commas between them,';
  throw new UsageError(`--${name} must be ${kind} from ${least} to ${most}, not "${text}".`);
}
