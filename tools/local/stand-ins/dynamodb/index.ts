export { createTable, startDynamoDB, type DynamoDB } from './dynamodb.ts';
