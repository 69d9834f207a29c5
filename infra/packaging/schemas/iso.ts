import { errorIn, type Options } from './options.ts';
import { stringSchema } from './scalars.ts';
import { Check, type Schema } from './schema.ts';

/** The options of {@link datetime}. */
interface DatetimeOptions extends Options {
  /** True if the time can be in another offset than UTC. */
  readonly offset?: boolean;
  /** True if no later check runs after a fault. */
  readonly abort?: boolean;
}

const UTC = timePattern('Z');
const WITH_OFFSET = timePattern(String.raw`(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`);

/** Accepts times in ISO 8601 with seconds: `2026-12-31T23:59:59.999Z`. */
export function datetime(options: DatetimeOptions = {}): Schema {
  const error = errorIn('iso.datetime', options, ['offset', 'abort']);
  const pattern = options.offset ? WITH_OFFSET : UTC;
  return stringSchema(
    error,
    new Check(error, ({ value, issues }, inst) => {
      const input = value as string;
      const [, year = '', month = '', day = ''] = pattern.exec(input) ?? [];
      if (isDay(Number(year), Number(month), Number(day))) return;
      const expected = { origin: 'string', format: 'datetime' };
      issues.push({ code: 'invalid_format', ...expected, input, inst, continue: !options.abort });
    }),
  );
}

function timePattern(zone: string): RegExp {
  return new RegExp(String.raw`^(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?${zone}$`);
}

/** Tells whether a month has a day, in the Gregorian calendar from the year 0 on. */
function isDay(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}
