import { type PromptRefusal, refusalFor } from './refused-words.ts';

/** Behaviour of the emulator for one prompt. */
export interface Behaviour {
  /** Content policy code with which the submit is refused. */
  readonly refusal: PromptRefusal | undefined;
  /** `x-access-error` with which the submit is refused. */
  readonly access: 'quota_exhausted' | 'user_non_entitled' | undefined;
  /** End of the job. */
  readonly end: JobEnd;
  /** Factor on the usual duration of a job. */
  readonly durationFactor: number;
  readonly cancellable: boolean;
  readonly deniedWords: boolean;
  readonly blockedArtists: boolean;
}

/** End of a job that is not cancelled. */
type JobEnd =
  | { readonly kind: 'succeeded'; readonly pictures: 'all' | 'none' | 'one-less' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'timeout' }
  /** The job keeps running. */
  | { readonly kind: 'never' };

const ORDINARY: Behaviour = {
  refusal: undefined,
  access: undefined,
  end: { kind: 'succeeded', pictures: 'all' },
  durationFactor: 1,
  cancellable: true,
  deniedWords: false,
  blockedArtists: false,
};

/** Trigger words with a description for the README and for the self-description at `/emulator`. */
export const TRIGGER_WORDS: Readonly<
  Record<string, { readonly does: string; readonly behaviour: Partial<Behaviour> }>
> = {
  '[unsafe]': {
    does: 'refused at submit: prompt_unsafe, HTTP 422 on v3 and 451 on v4',
    behaviour: { refusal: 'prompt_unsafe' },
  },
  '[entity]': {
    does: 'refused at submit: prompt_entity_denied, HTTP 422 on v3 and 451 on v4',
    behaviour: { refusal: 'prompt_entity_denied' },
  },
  '[no-quota]': {
    does: 'refused at submit: HTTP 403 access_error, x-access-error: quota_exhausted',
    behaviour: { access: 'quota_exhausted' },
  },
  '[no-access]': {
    does: 'refused at submit: HTTP 403 access_error, x-access-error: user_non_entitled',
    behaviour: { access: 'user_non_entitled' },
  },
  '[fail]': {
    does: 'accepted, then failed by content policy: output_media_unsafe',
    behaviour: {
      end: { kind: 'failed', code: 'output_media_unsafe', message: 'The output did not pass content policy checks.' },
    },
  },
  '[crash]': {
    does: 'accepted, then failed: runtime_error',
    behaviour: { end: { kind: 'failed', code: 'runtime_error', message: 'The job could not be completed.' } },
  },
  '[empty]': {
    does: 'succeeds without pictures, promptHasDeniedWords: true',
    behaviour: { end: { kind: 'succeeded', pictures: 'none' }, deniedWords: true },
  },
  '[partial]': {
    does: 'succeeds with one picture less than asked for',
    behaviour: { end: { kind: 'succeeded', pictures: 'one-less' } },
  },
  '[artist]': { does: 'succeeds with promptHasBlockedArtists: true', behaviour: { blockedArtists: true } },
  '[slow]': { does: 'takes ten times as long', behaviour: { durationFactor: 10 } },
  '[timeout]': {
    does: 'ends with status timeout; cancelling it then answers 410',
    behaviour: { end: { kind: 'timeout' } },
  },
  '[stuck]': { does: 'runs for ever', behaviour: { end: { kind: 'never' } } },
  '[no-cancel]': { does: 'cancelling answers 409 job_cancel_failed', behaviour: { cancellable: false } },
};

/**
 * Combined behaviour of all trigger words in a prompt, in any case; on a conflict the later row wins. Whatever they say, a prompt is
 * refused for a known name or an unsafe word (`REFUSED_WORDS`).
 */
export function behaviourOf(prompt: string): Behaviour {
  const text = prompt.toLowerCase();
  return Object.entries(TRIGGER_WORDS)
    .filter(([word]) => text.includes(word))
    .reduce<Behaviour>((behaviour, [, trigger]) => ({ ...behaviour, ...trigger.behaviour }), {
      ...ORDINARY,
      refusal: refusalFor(prompt),
    });
}
