/** What a word in a prompt makes the emulator do. Words are matched anywhere, in any case. */
export interface Policy {
  /** Refused at submit. */
  readonly refusal: 'prompt_unsafe' | 'prompt_entity_denied' | undefined;
  /** Refused as not covered by the contract. */
  readonly access: 'quota_exhausted' | 'user_non_entitled' | undefined;
  /** How the job ends. */
  readonly end: JobEnd;
  /** How many times longer than usual it takes. */
  readonly slowness: number;
  readonly cancellable: boolean;
  readonly deniedWords: boolean;
  readonly blockedArtists: boolean;
}

/** How a job ends when nobody cancels it. */
type JobEnd =
  | { readonly kind: 'succeeded'; readonly pictures: 'all' | 'none' | 'one-less' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'timeout' }
  /** Runs for ever. */
  | { readonly kind: 'never' };

const ORDINARY: Policy = {
  refusal: undefined,
  access: undefined,
  end: { kind: 'succeeded', pictures: 'all' },
  slowness: 1,
  cancellable: true,
  deniedWords: false,
  blockedArtists: false,
};

/** The words, for the README and for the self-description at `/emulator`. */
export const TRIGGER_WORDS: Readonly<Record<string, { readonly does: string; readonly policy: Partial<Policy> }>> = {
  '[unsafe]': {
    does: 'refused at submit: prompt_unsafe, HTTP 422 on v3 and 451 on v4',
    policy: { refusal: 'prompt_unsafe' },
  },
  '[entity]': {
    does: 'refused at submit: prompt_entity_denied, HTTP 422 on v3 and 451 on v4',
    policy: { refusal: 'prompt_entity_denied' },
  },
  '[no-quota]': {
    does: 'refused at submit: HTTP 403 access_error, x-access-error: quota_exhausted',
    policy: { access: 'quota_exhausted' },
  },
  '[no-access]': {
    does: 'refused at submit: HTTP 403 access_error, x-access-error: user_non_entitled',
    policy: { access: 'user_non_entitled' },
  },
  '[fail]': {
    does: 'accepted, then failed by content policy: output_media_unsafe',
    policy: {
      end: { kind: 'failed', code: 'output_media_unsafe', message: 'The output did not pass content policy checks.' },
    },
  },
  '[crash]': {
    does: 'accepted, then failed: runtime_error',
    policy: { end: { kind: 'failed', code: 'runtime_error', message: 'The job could not be completed.' } },
  },
  '[empty]': {
    does: 'succeeds without pictures, promptHasDeniedWords: true',
    policy: { end: { kind: 'succeeded', pictures: 'none' }, deniedWords: true },
  },
  '[partial]': {
    does: 'succeeds with one picture less than asked for',
    policy: { end: { kind: 'succeeded', pictures: 'one-less' } },
  },
  '[artist]': { does: 'succeeds with promptHasBlockedArtists: true', policy: { blockedArtists: true } },
  '[slow]': { does: 'takes ten times as long', policy: { slowness: 10 } },
  '[timeout]': {
    does: 'ends with status timeout; cancelling it then answers 410',
    policy: { end: { kind: 'timeout' } },
  },
  '[stuck]': { does: 'runs for ever', policy: { end: { kind: 'never' } } },
  '[no-cancel]': { does: 'cancelling answers 409 job_cancel_failed', policy: { cancellable: false } },
};

/** What the words of a prompt ask for, all together; of two that contradict each other the later row counts. */
export function policyOf(prompt: string): Policy {
  const text = prompt.toLowerCase();
  return Object.entries(TRIGGER_WORDS)
    .filter(([word]) => text.includes(word))
    .reduce<Policy>((policy, [, trigger]) => ({ ...policy, ...trigger.policy }), ORDINARY);
}
