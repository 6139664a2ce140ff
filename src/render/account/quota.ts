import { z } from 'zod';
import type { Overview } from '../../jobs/model/types.ts';
import { inAbout, secondsUntil } from '../phrases.ts';

const whole = (meaning: string) => z.int().optional().describe(meaning);

/** The quota in a result, in requests. */
export const QuotaFacts = z.strictObject({
  per_minute: z.int().describe('Limit'),
  used_this_minute: z.int().describe('Used'),
  left_this_minute: z.int().describe('Free now'),
  minute_resets_in_seconds: whole('Until the first of them is free again'),
  per_day: z.int().describe('Limit'),
  used_today: z.int().describe('Used in the last 24 hours'),
  left_today: z.int().describe('Free now'),
  day_resets_in_seconds: whole('Until the first of them is free again'),
  held_for_seconds: whole('Adobe asked to hold back'),
});
export type QuotaFacts = z.infer<typeof QuotaFacts>;

/** The quota at `now` (epoch milliseconds). */
export function quotaFacts(quota: Overview['quota'], now: number): QuotaFacts {
  const { perMinute, usedThisMinute, perDay, usedToday } = quota;
  return {
    per_minute: perMinute,
    used_this_minute: usedThisMinute,
    left_this_minute: Math.max(0, perMinute - usedThisMinute),
    minute_resets_in_seconds: secondsUntil(quota.minuteResetsAt, now),
    per_day: perDay,
    used_today: usedToday,
    left_today: Math.max(0, perDay - usedToday),
    day_resets_in_seconds: secondsUntil(quota.dayResetsAt, now),
    held_for_seconds: secondsUntil(quota.cooldownUntil, now),
  };
}

/** The quota as one sentence: what is used and left of each window, and when more is free. */
export function quotaSentence(quota: QuotaFacts): string {
  const { per_minute: perMinute, used_this_minute: minute, per_day: perDay, used_today: day } = quota;
  return (
    `Quota: ${minute} of ${perMinute} requests used this minute, ${quota.left_this_minute} left${again(quota.minute_resets_in_seconds)}; ` +
    `${day} of ${perDay} used in the last 24 hours, ${quota.left_today} left${again(quota.day_resets_in_seconds)}.`
  );
}

function again(seconds: number | undefined): string {
  return seconds === undefined ? '' : `, the first free again in ${inAbout(seconds * 1000)}`;
}
