export { MOST_FIELDS, type QueriedLine } from './discovered-fields.ts';
export { parseQuery } from './query-parser.ts';
export { QuerySyntaxError, type Query } from './query-syntax.ts';
export { runQuery, type QueryAnswer, type QueryOptions, type ResultRow } from './run-query.ts';
