export { DashboardError } from './errors.ts';
export { dashboardPage, type ShownAlarm, type ShownDashboard } from './dashboard-page.ts';
export { readDashboard } from './read-dashboard.ts';
export { DashboardBody } from './schemas.ts';
