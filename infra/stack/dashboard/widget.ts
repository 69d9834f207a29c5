import type { Metric } from '../alarms/index.ts';

/** A line of a graph: a metric, or metric math over metrics that are not drawn themselves. */
export type Line = Metric | { readonly expression: string; readonly over: Readonly<Record<string, Metric>> };

/** A graph of the dashboard. */
export interface Widget {
  readonly title: string;
  /** The lines by their labels, in the order of the legend. */
  readonly lines: Readonly<Record<string, Line>>;
  /** Lines with a scale of their own, at the right. */
  readonly right?: Readonly<Record<string, Line>>;
  /** The logical id of a resource. A stack without it has no such graph. */
  readonly needs?: string;
  /** The seconds of one point; five minutes unless given. */
  readonly period?: number;
  /** A horizontal line, such as the threshold of an alarm. */
  readonly mark?: { readonly label: string; readonly value: number };
}
