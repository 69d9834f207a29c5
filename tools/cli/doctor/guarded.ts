import { nameOf } from './aws/aws-refusal.ts';
import { notChecked, type Finding } from './finding.ts';

/**
 * Makes the checks of a subject so that an unforeseen error, such as one of a malformed parameter, ends these checks and no others.
 * The finding holds the name of the error alone, as its message could quote a secret.
 *
 * @param subject - completes the sentence "everything about ... is in order"
 */
export async function* guarded<Result>(
  subject: string,
  checks: AsyncGenerator<Finding, Result>,
): AsyncGenerator<Finding, Result | undefined> {
  try {
    return yield* checks;
  } catch (error) {
    yield notChecked(
      `everything about ${subject} is in order`,
      `these checks ended with an unforeseen error (${nameOf(error)})`,
      'Check the parameters of the stage: npm run package -- --stage STAGE',
    );
    return undefined;
  }
}
