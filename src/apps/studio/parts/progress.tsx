import type { Quota } from '../model/answers.ts';

/** How far something is, 0-100. */
export function Progress({ percent, label }: { percent: number; label: string }) {
  const value = Math.round(Math.min(100, Math.max(0, percent)));
  return (
    <div class="bar" role="progressbar" aria-label={label} aria-valuenow={value} aria-valuemin={0} aria-valuemax={100}>
      <i style={{ '--v': `${value}%` }} />
    </div>
  );
}

/** A share of a whole. */
export interface Share {
  readonly value: number;
  readonly look: 'ok' | 'run' | 'bad' | 'unk' | 'hold' | 'ink';
}

/** Shares of a whole, side by side. `label` says them. */
export function Shares({ shares, of, label }: { shares: readonly Share[]; of: number; label: string }) {
  return (
    <div class="bar thick" role="img" aria-label={label}>
      {shares.map(({ value, look }) => (
        <i key={look} class={look} style={{ '--v': `${(value / Math.max(1, of)) * 100}%` }} />
      ))}
    </div>
  );
}

/** Up to so many requests a minute are shown one by one. */
const MOST_PIPS = 8;

/** What is free of the quota of this minute, as marks or, where there are many, as a bar. */
export function QuotaMarks({ quota }: { quota: Quota }) {
  const { per_minute: all, left_this_minute: free } = quota;
  if (all > MOST_PIPS) {
    return (
      <span class="bar quota-bar" aria-hidden="true">
        <i class="ink" style={{ '--v': `${(free / all) * 100}%` }} />
      </span>
    );
  }
  return (
    <span class="pips" aria-hidden="true">
      {Array.from({ length: all }, (_, place) => (
        <i key={place} class={place < free ? 'on' : ''} />
      ))}
    </span>
  );
}
