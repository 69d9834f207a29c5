import { useEffect, useState } from 'preact/hooks';

/** Writes a duration in words of one or two units. */
export function inWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const at = units.findIndex(([, size]) => seconds >= size);
  const [largest = ['s', 1] as const, next] = units.slice(at < 0 ? 3 : at);
  const rest = seconds % largest[1];
  const second = next === undefined || rest < next[1] ? '' : ` ${Math.floor(rest / next[1])} ${next[0]}`;
  return `${Math.floor(seconds / largest[1])} ${largest[0]}${second}`;
}

/** Tells in words how far away a moment is. */
export function fromNow(away: number): string {
  if (Math.abs(away) < 1000) return 'now';
  return away > 0 ? `in ${inWords(away)}` : `${inWords(-away)} ago`;
}

/** A time in UTC, and how far away it is. @param at - RFC 3339, or seconds since 1970 */
export function Time({ at }: { readonly at: string | number }) {
  const milliseconds = typeof at === 'number' ? at * 1000 : Date.parse(at);
  const moment = new Date(milliseconds);
  // Also a number that no date has.
  if (Number.isNaN(moment.getTime())) return <>{at}</>;
  const [date, time = ''] = moment.toISOString().split('T');
  const away = milliseconds - Date.now();
  return (
    <time dateTime={moment.toISOString()}>
      <span class="whole">{date}</span> <span class="whole">{time.replace(/\.\d+Z$/, ' UTC')}</span>{' '}
      <span class="hint whole">({fromNow(away)})</span>
    </time>
  );
}

/** The time left until a moment. It changes each second, and is not announced. @param until - RFC 3339 */
export function Countdown({
  until,
  label,
  ended,
}: {
  readonly until: string;
  readonly label: string;
  /** The words after the moment. */
  readonly ended: string;
}) {
  const [now, setNow] = useState(Date.now());
  const left = Date.parse(until) - now;
  const isOver = left <= 0;
  useEffect(() => {
    if (isOver) return;
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [until, isOver]);
  return (
    <p class="countdown">
      <span class="hint">{label}</span>{' '}
      <span role="timer" aria-live="off" class={isOver ? 'over' : undefined}>
        {isOver ? ended : inWords(left)}
      </span>
    </p>
  );
}
