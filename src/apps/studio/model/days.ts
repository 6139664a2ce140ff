import type { Entry } from './answers.ts';

/** Pictures of one day, newest first. */
export interface Day {
  readonly key: string;
  readonly entries: readonly Entry[];
}

/** Groups entries, newest first, by day. @param dayKey a key of the day in the person's time zone */
export function daysOf(entries: readonly Entry[], dayKey: (iso: string) => string): readonly Day[] {
  const days = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = dayKey(entry.created_at);
    const known = days.get(key);
    if (known === undefined) days.set(key, [entry]);
    else known.push(entry);
  }
  return [...days].map(([key, own]) => ({ key, entries: own }));
}

/** Handles from one picture to another in the order shown, both included. */
export function rangeOf(entries: readonly Entry[], from: string, to: string): readonly string[] {
  const places = [from, to].map((image) => entries.findIndex((entry) => entry.image === image));
  if (places.some((place) => place < 0)) return [to];
  return entries.slice(Math.min(...places), Math.max(...places) + 1).map(({ image }) => image);
}
