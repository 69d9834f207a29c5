import { InvariantError } from '../../../lib/runtime/errors.ts';

/**
 * Stands in for `@smithy/core/event-streams` in a bundle. No operation of our functions streams. The SDK's protocols import it
 * dynamically. So esbuild would keep all modules below it whole, and wrap each in a function, even though the protocols are left out.
 */
export function eventStreamSerdeProvider(): never {
  throw new InvariantError('Event streams are left out of the bundle: see infra/packaging/aws-clients');
}

/** {@link eventStreamSerdeProvider} */
export const EventStreamSerde = eventStreamSerdeProvider;
