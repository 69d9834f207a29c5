import { InvariantError } from '../../../lib/runtime/errors.ts';

/**
 * Stands in for `@smithy/core/event-streams` in a bundle. A client needs it only for operations that stream events. DynamoDB and
 * Secrets Manager have none. CloudWatch Logs has one, StartLiveTail, for which its client asks for the serializer as it is made.
 */
export function eventStreamSerdeProvider(): never {
  throw new InvariantError('Event streams are left out of the bundle: see infra/packaging/bundle.ts');
}

/** Returns the configuration of a client as it is, without a serializer. */
export function resolveEventStreamSerdeConfig<Config>(config: Config): Config {
  return config;
}

/** {@link eventStreamSerdeProvider} */
export const EventStreamSerde = eventStreamSerdeProvider;
