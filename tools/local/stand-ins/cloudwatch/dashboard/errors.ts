/** A dashboard that CloudWatch would refuse, or that the local stack cannot draw. */
export class DashboardError extends Error {
  override readonly name = 'DashboardError';
}
