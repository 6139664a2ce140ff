import type { CONTENT_POLICY_CODES } from '../contract/errors.ts';
import type { Draft } from '../problems.ts';

/** What Adobe's error codes mean for an operation, before any rule that holds for all of them (`upstream.ts`). */
export interface ErrorFamily {
  /** Problems by Adobe's code: refusals by content policy, and others with advice of their own. */
  readonly codes: Readonly<Record<string, Draft>>;
  /** Refusal by content policy without a listed code: HTTP 451, or a code that ends in `_unsafe`. */
  readonly policy: Draft;
}

const REWORD = 'Reword the prompt.';
const ANOTHER_PICTURE = 'Use another picture.';
const EITHER = 'Reword the prompt, or use other pictures.';

/** Subject and advice of each refusal by content policy. */
const POLICY: Readonly<Record<(typeof CONTENT_POLICY_CODES)[number], readonly [subject: string, next: string]>> = {
  prompt_unsafe: ['the prompt', REWORD],
  prompt_entity_denied: ['a name in the prompt', 'Reword the prompt without it.'],
  input_media_unsafe: ['the picture that was sent', ANOTHER_PICTURE],
  reference_image_unsafe_error: ['the reference picture', ANOTHER_PICTURE],
  image_unsafe: ['the picture', EITHER],
  output_media_unsafe: ['the result', EITHER],
  video_unsafe: ['the request', EITHER],
  legal_error: ['the request', EITHER],
};

/** Operations of the Firefly API with a prompt, pictures or both. */
export const FIREFLY_ERRORS: ErrorFamily = {
  codes: {
    ...Object.fromEntries(
      Object.entries(POLICY).map(([code, [subject, next]]) => [code, policyRefusal(subject, next)]),
    ),
    cai_assertion_violation_error: refusal(
      'Adobe refused a picture because of its Content Credentials.',
      ANOTHER_PICTURE,
    ),
  },
  policy: policyRefusal('the request', EITHER),
};

/** A refusal of `subject` by content policy. */
export function policyRefusal(subject: string, next: string): Draft {
  return refusal(`Adobe's content policy refused ${subject}.`, next);
}

function refusal(message: string, next: string): Draft {
  return ['content_policy', message, `Nothing was generated. ${next}`];
}
