/**
 * Stands in for `@smithy/core/event-streams` in a bundle. A client needs it only for operations that stream events. DynamoDB and
 * Secrets Manager have none.
 */
throw new Error('Event streams are left out of the bundle: see infra/packaging/bundle.ts.');
