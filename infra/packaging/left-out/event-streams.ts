/**
 * Stands in for `@smithy/core/event-streams` in a bundle. Any client would load it for an operation that streams events; neither
 * DynamoDB nor Secrets Manager has one.
 */
throw new Error('Event streams are left out of the bundle: see infra/packaging/bundle.ts.');
