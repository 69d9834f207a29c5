import { textOf, type CheckedStage } from '../checked-stage.ts';
import { notChecked, warning, type Finding } from '../finding.ts';

/** The name of the check. */
export const RESTART = 'Document Engine keeps the keys of the stage when it restarts';

/**
 * Says how to look at the setting that decides this: Document Engine's API does not show it. The stand-in of the local stack has
 * no such setting, so there is nothing to look at.
 */
export function* unseenRestart(stage: CheckedStage): Generator<Finding> {
  if (stage.isLocal) return;
  const unseen = "Document Engine's API does not show its REPLACE_SECRETS_FROM_ENV";
  if (textOf(stage, 'rotation') === 'off') {
    yield notChecked(
      RESTART,
      unseen,
      "With rotation: 'off' it must be true, its default, so that each start takes the key in JWT_PUBLIC_KEY.",
    );
    return;
  }
  yield warning(RESTART, unseen, HOW_TO_SET);
}

/** The two ways in which the setting is lost unnoticed, and the cure of each. */
export const HOW_TO_SET =
  'It must be false; otherwise a restart drops every key of the stage. Look in the running container: `printenv REPLACE_SECRETS_FROM_ENV` must print false. ' +
  'Helm chart 8.5.0 leaves the variable out if config.replaceSecretsFromEnv is false: set extraEnvs: [{name: REPLACE_SECRETS_FROM_ENV, value: "false"}]. ' +
  "Nutrient's Terraform sample for ECS never sets it: add it to the environment of the container.";
