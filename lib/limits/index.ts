export { UserLimit, type LimitRules } from './user-limit.ts';
