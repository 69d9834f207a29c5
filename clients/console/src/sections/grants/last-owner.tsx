import { ApiError } from '../../api.ts';
import { Check } from '../../components/field.tsx';

/** Tells if the service refused to leave the document without an owner. */
export function isLastOwner(error: unknown): boolean {
  return error instanceof ApiError && error.problem?.type === 'urn:layermint:problem:last-owner';
}

/** Says why the last owner stays, and lets the person insist. */
export function LastOwner({
  allowed,
  onChange,
}: {
  readonly allowed: boolean;
  readonly onChange: (allowed: boolean) => void;
}) {
  return (
    <div class="problem" role="alert">
      <p class="title">The document would be left without an owner.</p>
      <p>Make somebody else an owner first. If nobody shall own the document, tick the box and try again.</p>
      <Check
        label="Leave the document without an owner. From then on, only a backend can change its grants."
        {...{ name: 'allowNoOwner', checked: allowed, onChange }}
      />
    </div>
  );
}
