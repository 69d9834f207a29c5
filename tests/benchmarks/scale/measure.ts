import type { Report } from '../reporting/report.ts';
import { measureScale } from './scale.ts';
import { scaleReport } from './scale-report.ts';

/** Measures the cost of more grants, groups and documents. */
export async function measure(): Promise<Report> {
  return scaleReport(await measureScale());
}
