import * as z from 'zod';
import { DashboardError } from './errors.ts';
import { DashboardBody } from './schemas.ts';

const Types = z.object({ widgets: z.array(z.object({ type: z.string() })) });

/** The kinds of widgets that the local stack draws. */
const KNOWN = ['metric', 'alarm', 'text'];

/**
 * Reads the body of a dashboard.
 *
 * @param text - JSON without references
 * @throws {DashboardError} that names the property, or the type of a widget that is not drawn
 */
export function readDashboard(text: string): DashboardBody {
  const json = jsonOf(text);
  const unknown = Types.safeParse(json).data?.widgets.find(({ type }) => !KNOWN.includes(type));
  if (unknown !== undefined)
    throw new DashboardError(
      `The local stack does not draw widgets of the type "${unknown.type}", only ${KNOWN.join(', ')}`,
    );
  const { data, error } = DashboardBody.safeParse(json);
  if (data === undefined) throw new DashboardError(z.prettifyError(error), { cause: error });
  return data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DashboardError('The body of the dashboard is not JSON', { cause: error });
  }
}
