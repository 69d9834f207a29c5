import { useEffect, useRef, useState } from 'preact/hooks';
import { inWords } from '../../components/time.tsx';
import { PARTS, timeLineOf, type Bar, type PublishedKey } from './key-times.ts';

const ROW = 56;
const TOP = 28;
const BAR = 18;

/** The keys in time, as a picture with the same content in words below it. */
export function KeyTimeLine({
  keys,
  now,
  nextRotation,
}: {
  readonly keys: readonly PublishedKey[];
  /** Seconds since 1970. */
  readonly now: number;
  readonly nextRotation?: number | undefined;
}) {
  const [frame, width] = useWidth();
  const { from, until, bars } = timeLineOf(keys, now, nextRotation);
  const x = (moment: number): number => ((moment - from) / (until - from)) * width;
  const height = TOP + bars.length * ROW;
  return (
    <figure class="time-line">
      <div ref={frame}>
        <svg
          width={width}
          height={height}
          role="img"
          aria-label="Time line of the keys. The list below says the same."
        >
          {bars.map((bar, at) => (
            <KeyBar key={bar.kid} bar={bar} x={x} y={TOP + at * ROW} width={width} />
          ))}
          <Moment at={x(now)} height={height} width={width} label="now" />
          {nextRotation !== undefined && nextRotation > now && nextRotation <= until && (
            <Moment at={x(nextRotation)} height={height} width={width} label="next rotation" planned />
          )}
          {bars.map(({ kid }, at) => (
            <text key={kid} x={0} y={TOP + at * ROW + 14} class="label">
              {shortened(kid)}
            </text>
          ))}
        </svg>
      </div>
      <figcaption>
        <ul>
          {bars.map((bar) => (
            <li key={bar.kid}>{inSentence(bar, now)}</li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

function KeyBar({
  bar: { part, from, until },
  x,
  y,
  width,
}: {
  readonly bar: Bar;
  readonly x: (moment: number) => number;
  readonly y: number;
  readonly width: number;
}) {
  const left = Math.max(0, x(from));
  const right = Math.min(width, x(until));
  return (
    <rect x={left} y={y + 22} width={Math.max(2, right - left)} height={BAR} rx={3} class={`bar ${part}`} />
  );
}

/** A line through all bars. Its label stays inside of the picture. */
function Moment({
  at,
  height,
  width,
  label,
  planned = false,
}: {
  readonly at: number;
  readonly height: number;
  readonly width: number;
  readonly label: string;
  readonly planned?: boolean;
}) {
  const anchor = at < width * 0.2 ? 'start' : at > width * 0.8 ? 'end' : 'middle';
  return (
    <>
      <line x1={at} x2={at} y1={18} y2={height} class={planned ? 'moment planned' : 'moment'} />
      <text x={at} y={12} text-anchor={anchor} class="label">
        {label}
      </text>
    </>
  );
}

/** The first characters of a key's id are enough to tell keys apart. */
export const shortened = (kid: string): string => {
  const characters = Array.from(kid);
  return characters.length <= 14 ? kid : `${characters.slice(0, 12).join('')}…`;
};

function inSentence({ kid, part, from, until, openAtStart, openAtEnd }: Bar, now: number): string {
  const age = openAtStart
    ? 'the time at which it was made is not recorded'
    : `made ${inWords((now - from) * 1000)} ago`;
  const end = openAtEnd ? 'no end yet' : `verifies for another ${inWords((until - now) * 1000)}`;
  return `${shortened(kid)}: ${PARTS[part]}; ${age}; ${end}.`;
}

/** Measures the width of an element, so that text in the picture has the size of other text on every screen. */
function useWidth() {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(320);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(160, Math.floor(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return [frame, width] as const;
}
