import type { Confidence, Fit } from './types.ts';

const BY_DOUBT: readonly Confidence[] = ['good', 'check', 'doubtful'];

/** Several fits of one mask as one, as sure as the least sure of them; undefined without any. */
export function joinedFit(fits: readonly Fit[]): Fit | undefined {
  const [first, ...others] = fits;
  if (first === undefined) return undefined;
  const doubt = Math.max(...fits.map(({ confidence }) => BY_DOUBT.indexOf(confidence)));
  const stabilities = fits.flatMap(({ stability }) => stability ?? []);
  return {
    from: others.every(({ from }) => from === first.from) ? first.from : 'both',
    confidence: BY_DOUBT[doubt] ?? 'doubtful',
    stability: stabilities.length === 0 ? undefined : Math.min(...stabilities),
    reasons: [...new Set(fits.flatMap(({ reasons }) => reasons))],
  };
}

/** A fit that is to be checked at least, for one more reason. */
export function lessSure(fit: Fit, reason: string): Fit {
  const confidence = fit.confidence === 'good' ? 'check' : fit.confidence;
  return { ...fit, confidence, reasons: [...fit.reasons, reason] };
}
