import { expect } from 'vitest';
import { catalogue, toolsets } from '../../src/mcp/offer/catalogue.ts';
import { type Offer, offerTools } from '../../src/mcp/offer/offer.ts';
import { renderedWithoutAbsentTools } from '../../src/render/absent-tools.ts';
import type { Rendered } from '../../src/render/rendered.ts';
import { checkAnswer } from '../support/rooms/check-answer.ts';

/** An installation that leaves tools out. */
interface NamedOffer extends Offer {
  readonly name: string;
}

/** The installations over which every answer is checked. */
export const OFFERS: readonly NamedOffer[] = [
  { name: 'core alone', ...offerTools(catalogue, ({ name }) => toolsets[name] === 'core') },
  { name: 'read only', ...offerTools(catalogue, ({ annotations }) => annotations.readOnlyHint) },
];

/** Whether `text` names one of the tools. */
export function namesAny(text: string, names: readonly string[]): boolean {
  return names.some((name) => new RegExp(`\\b${name}\\b`).test(text));
}

/** Fails where the answer, as an installation gives it, advises a tool that is not offered there, or advises nothing. */
export function checkAdvice({ tool }: { readonly tool: string }, rendered: Rendered, offer: NamedOffer): void {
  if (offer.absentTools.includes(tool)) return;
  const answer = renderedWithoutAbsentTools(rendered, offer.absentTools);
  checkAnswer(tool, answer);
  for (const line of adviceOf(answer)) {
    expect(namesAny(line, offer.absentTools), `${offer.name}: ${line}`).toBe(false);
    expect(line, offer.name).not.toMatch(/; [A-Z]/);
    expect(line, offer.name).toMatch(/^([A-Z0-9"]|[a-z]+_\w+ )[^]*[.:]$/);
  }
  expect(answer.text.split('\n').filter((line) => line.startsWith('Next: '))).toHaveLength(
    rendered.text.split('\n').filter((line) => line.startsWith('Next: ')).length,
  );
}

/** Everything in an answer that says what to do. The other lines state facts, such as the tool that made a picture. */
function adviceOf({ text, structured = {} }: Rendered): readonly string[] {
  const lines = text.split('\n').flatMap((line) => /^(?:Next|Note|- more): (.*)$/.exec(line)?.[1] ?? []);
  const { next, warnings, error } = structured;
  const inner = typeof error === 'object' && error !== null && 'next' in error ? [error.next] : [];
  const remarks: readonly unknown[] = Array.isArray(warnings) ? warnings : [];
  return [...lines, ...[next, ...inner, ...remarks].filter((advice) => typeof advice === 'string')];
}
