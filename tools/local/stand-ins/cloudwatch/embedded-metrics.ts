import * as z from 'zod';
import type { MetricDatum } from './metric-store.ts';

/** The limits of the embedded metric format and of CloudWatch (user guide, "Specification: Embedded metric format"). */
const MAX_METRICS = 100;
const MAX_VALUES = 100;
const MAX_DIMENSIONS = 30;
const MAX_LINE_BYTES = 1024 * 1024;

const Name = z.string().min(1).max(255);

const MetricDirective = z.object({
  Namespace: Name,
  Dimensions: z.array(z.array(Name).max(MAX_DIMENSIONS)),
  Metrics: z.array(z.object({ Name, Unit: z.string().optional() })).max(MAX_METRICS),
});

const Document = z.looseObject({
  _aws: z.object({ Timestamp: z.number(), CloudWatchMetrics: z.array(MetricDirective) }),
});

const Values = z.union([z.number().transform((value) => [value]), z.array(z.number()).max(MAX_VALUES)]);

/**
 * Reads the metrics in a line of a function's log, according to the embedded metric format: each directive, each set of its
 * dimensions and each of its metrics is a metric of its own. A line that is not of this format has none. A metric without values, and
 * a set with a dimension that has no text, are left out.
 */
export function embeddedMetrics(line: string): MetricDatum[] {
  if (!line.includes('"CloudWatchMetrics"') || Buffer.byteLength(line) > MAX_LINE_BYTES) return [];
  const { data: document } = Document.safeParse(jsonOf(line));
  if (document === undefined) return [];
  const { Timestamp: at, CloudWatchMetrics } = document._aws;
  const target = (name: string): unknown => (Object.hasOwn(document, name) ? document[name] : undefined);
  return CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = dimensionsOf(names, target);
      if (dimensions === undefined) return [];
      return Metrics.flatMap(({ Name: name, Unit: unit }): MetricDatum[] => {
        const { data: values } = Values.safeParse(target(name));
        return values === undefined ? [] : [{ namespace, name, dimensions, at, values, unit }];
      });
    }),
  );
}

/** @returns undefined if one of the dimensions has no text */
function dimensionsOf(
  names: readonly string[],
  target: (name: string) => unknown,
): Readonly<Record<string, string>> | undefined {
  const entries = names.map((name) => [name, target(name)] as const);
  const texts = entries.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string');
  return texts.length === entries.length ? Object.fromEntries(texts) : undefined;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
