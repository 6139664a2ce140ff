import { z } from 'zod';
import type { AccessView } from '../../firefly/auth/access.ts';
import { inAbout } from '../phrases.ts';

/** The access to Adobe in a result, by what the last token and the last request said. */
export const AccessFacts = z.strictObject({
  service: z.enum(['Adobe', 'emulator']).describe('Who answers: emulator in a demo'),
  works: z.boolean().optional().describe('Absent while the first answer is awaited'),
  seconds_ago: z.int().optional().describe('Age of that answer'),
  code: z.string().optional().describe('Why it does not work'),
  message: z.string().optional().describe('The same in words'),
  next: z.string().optional().describe('What mends it'),
});
export type AccessFacts = z.infer<typeof AccessFacts>;

/** The access at `now` (epoch milliseconds). */
export function accessFacts(
  { works, saidAt, problem }: AccessView,
  { now, demo }: { readonly now: number; readonly demo: boolean },
): AccessFacts {
  return {
    service: demo ? 'emulator' : 'Adobe',
    works,
    seconds_ago: saidAt === undefined ? undefined : Math.max(0, Math.floor((now - saidAt) / 1000)),
    code: problem?.code,
    message: problem?.message,
    next: problem?.next,
  };
}

/** The access as one sentence or two. */
export function accessSentence({ service, works, seconds_ago: age = 0, message, next }: AccessFacts): string {
  const who = service === 'Adobe' ? 'Adobe' : 'The emulator';
  const when = age < 60 ? 'just now' : `${inAbout(age * 1000)} ago`;
  if (works === undefined) return `Access: ${who} is being asked; call job_status again in a few seconds.`;
  if (works) return `Access: ${who} answers, and the access works (said ${when}).`;
  return `Access: it does not work (said ${when}). ${message} ${next}`;
}
