import type { CONTENT_POLICY_CODES } from '../contract/errors.ts';
import type { ProblemDraft } from '../problems.ts';

/** What Adobe's error codes mean for an operation, before any rule that holds for all of them (`upstream.ts`). */
export interface ErrorFamily {
  /** Problems by Adobe's code: refusals by content policy, and others with advice of their own. */
  readonly codes: Readonly<Record<string, ProblemDraft>>;
  /** Refusal by content policy without a listed code: HTTP 451, or a code that ends in `_unsafe`. */
  readonly policy: ProblemDraft;
}

/** What the caller of an operation can change. */
interface Changeable {
  /** Advice about the prompt and whatever else shapes the result. */
  readonly either: string;
  /** Advice about a picture that was sent. */
  readonly picture: string;
  /** Advice about the language of the prompt. */
  readonly language: string;
}

type Policy = readonly [subject: string, next: string];

const REWORD = 'Reword the prompt.';
/** Adobe's guidelines for its users name these; which of them a prompt has met, its answer does not tell. */
const WITHOUT_UNSAFE =
  'Reword the prompt without nudity, cruelty, hate and the like; the same words are refused again.';
const WITHOUT_NAMES =
  'Describe the figure or thing in words of your own, without names of known characters, brands or real people; the same prompt is refused again.';
const ENGLISH = 'Write the prompt in another language, such as English';

/** Subject and advice of each refusal by content policy. */
function policies({ either, picture }: Changeable): Record<(typeof CONTENT_POLICY_CODES)[number], Policy> {
  return {
    prompt_unsafe: ['the prompt', WITHOUT_UNSAFE],
    prompt_entity_denied: ['a name in the prompt', WITHOUT_NAMES],
    input_media_unsafe: ['the picture that was sent', picture],
    reference_image_unsafe_error: ['the reference picture', picture],
    image_unsafe: ['the picture', either],
    output_media_unsafe: ['the result', either],
    video_unsafe: ['the request', either],
    legal_error: ['the request', either],
  };
}

function errorsOf(changeable: Changeable): ErrorFamily {
  const { either, picture, language } = changeable;
  const policy = Object.entries(policies(changeable)).map(
    ([code, [subject, next]]) => [code, policyRefusal(subject, next)] as const,
  );
  return {
    codes: {
      ...Object.fromEntries(policy),
      cai_assertion_violation_error: refusal('Adobe refused a picture because of its Content Credentials.', picture),
      input_media_indecipherable: [
        'undecodable_picture',
        'Adobe could not read a picture that was sent.',
        `Nothing was generated. ${picture} Saved anew as JPEG or PNG it may be readable.`,
      ],
      language_not_supported: [
        'invalid_request',
        'Adobe does not support the language of the prompt.',
        `Nothing was generated. ${language}`,
      ],
    },
    policy: policyRefusal('the request', either),
  };
}

/** Operations of the Firefly API with a prompt, pictures or both. */
export const FIREFLY_ERRORS: ErrorFamily = errorsOf({
  either: 'Reword the prompt, or use other pictures.',
  picture: 'Use another picture.',
  language: `${ENGLISH}.`,
});

/** Pictures from words, with reference pictures at most. */
export const GENERATION_ERRORS: ErrorFamily = errorsOf({
  either: 'Reword the prompt, or use other reference pictures where some were given.',
  picture: 'Use another reference picture.',
  language: `${ENGLISH}, or name its locale.`,
});

/** Pictures from words alone. */
export const WORDS_ONLY_ERRORS: ErrorFamily = errorsOf({
  either: REWORD,
  picture: REWORD,
  language: `${ENGLISH}, or name its locale.`,
});

/** Edits of a picture by a mask and words. */
export const FILL_ERRORS: ErrorFamily = errorsOf({
  either: 'Reword the prompt, mark another part, or use another picture.',
  picture: 'Use another picture.',
  language: `${ENGLISH}, or name its locale.`,
});

/** Extensions of a picture, by words at most. */
export const EXPAND_ERRORS: ErrorFamily = errorsOf({
  either: 'Reword the prompt, or use another picture.',
  picture: 'Use another picture.',
  language: `${ENGLISH}.`,
});

/** Operations on a picture without words. */
export const PICTURE_ONLY_ERRORS: ErrorFamily = errorsOf({
  either: 'Use another picture.',
  picture: 'Use another picture.',
  language: 'Use another picture.',
});

/** Edits of a whole picture by words. */
export const EDIT_ERRORS: ErrorFamily = errorsOf({
  either: 'Reword the prompt, or use another picture.',
  picture: 'Use another picture.',
  language: `${ENGLISH}, or name its locale.`,
});

/** Videos from words, frames or both. */
export const VIDEO_ERRORS: ErrorFamily = errorsOf({
  either: 'Reword the prompt, or use other frames.',
  picture: 'Use another first_frame or last_frame.',
  language: `${ENGLISH}.`,
});

/** A refusal of `subject` by content policy. */
export function policyRefusal(subject: string, next: string): ProblemDraft {
  return refusal(`Adobe's content policy refused ${subject}.`, next);
}

function refusal(message: string, next: string): ProblemDraft {
  return ['content_policy', message, `Nothing was generated. ${next}`];
}
