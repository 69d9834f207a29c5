export { isAllowed, Statement, type AccessRequest } from './policy.ts';
