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
  /** The unit at the left axis. A sum depends on `period`: `in 5 minutes`. */
  readonly unit: string;
  /** The unit at the right axis. */
  readonly rightUnit?: string;
  /** A horizontal line at the threshold of an alarm. @see Mark */
  readonly mark?: Mark;
}

/** The threshold of an alarm in a graph of the same metric. */
export interface Mark {
  /** The name of the alarm. */
  readonly alarm: string;
  /** The amount of the alarm's unit in one unit of the graph, such as the seconds of a day. 1 unless given. */
  readonly unit?: number;
}
