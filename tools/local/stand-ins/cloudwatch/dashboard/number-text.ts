/** Writes a value for people: `1,234`, `12.5`, `0.0042`. */
export function numberText(value: number): string {
  const whole = Math.abs(value) >= 100 || Number.isInteger(value);
  return new Intl.NumberFormat(
    'en',
    whole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  ).format(value);
}

/** Writes a length of time as its largest whole unit: `5 minutes`, `1 hour`. */
export function lengthText(seconds: number): string {
  const [count, unit] = seconds % 3600 === 0 ? [seconds / 3600, 'hour'] : [seconds / 60, 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** Writes the time of day in UTC: `12:05`. */
export const timeText = (at: number): string => new Date(at).toISOString().slice(11, 16);
