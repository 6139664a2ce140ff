import { isRecord } from '../shared/text/json.ts';
import type { Rendered } from './rendered.ts';

// An installation may leave tools out (FIREFLY_TOOLSETS, FIREFLY_READ_ONLY), and a model that is told to call one of them
// is led astray. Next steps come from every room and from stored problems, so that they are adapted once, at the end: a
// clause that names a tool which is not offered is left out. Facts, such as the tool that made a picture, stay.

/** The next step where every clause of it named a tool that is not offered. */
const NOTHING_OFFERED = 'This server offers no tool that goes on from here.';
/** Beginnings of the lines of a text that advise; all others state facts. */
const NEXT = 'Next: ';
const ADVICE = [NEXT, 'Note: ', '- more: '];

/** `text` without the clauses (up to "." or ";") that name a tool of `absent`; empty where none is left. */
export function withoutAbsentTools(text: string, absent: readonly string[]): string {
  if (!namesAny(text, absent)) return text;
  const clauses = text.split(/(?<=[.;!?])\s+/);
  const isKept = clauses.map((clause) => !namesAny(clause, absent));
  return clauses
    .map((clause, index) => (isKept[index + 1] === true ? clause : clause.replace(/;$/, '.')))
    .map((clause, index) => (isKept[index - 1] === true ? clause : asBeginning(clause)))
    .filter((_, index) => isKept[index])
    .join(' ');
}

/** With a capital, unless it begins with the name of a tool. */
function asBeginning(clause: string): string {
  return /^[a-z]+(?![a-z_])/.test(clause) ? clause.charAt(0).toUpperCase() + clause.slice(1) : clause;
}

/** A result whose next steps and remarks name no tool of `absent`, in its text and in its structured form. */
export function renderedWithoutAbsentTools(rendered: Rendered, absent: readonly string[]): Rendered {
  if (absent.length === 0) return rendered;
  const lines = rendered.text.split('\n').flatMap((line) => adviceLine(line, absent));
  const structured = rendered.structured && factsWithoutAbsentTools(rendered.structured, absent);
  return { ...rendered, text: lines.join('\n'), structured };
}

/** The structured form of a result (`next`, `warnings`, `error.next`) without tools of `absent`. */
export function factsWithoutAbsentTools(
  facts: Readonly<Record<string, unknown>>,
  absent: readonly string[],
): Record<string, unknown> {
  const { next, warnings, error } = facts;
  const remarks = Array.isArray(warnings) ? warnings.map((line) => withoutAbsentTools(String(line), absent)) : [];
  const { warnings: _, ...others } = facts;
  return {
    ...others,
    ...(typeof next === 'string' && { next: nextStep(next, absent) }),
    ...(remarks.some((line) => line !== '') && { warnings: remarks.filter((line) => line !== '') }),
    ...(isRecord(error) &&
      typeof error['next'] === 'string' && { error: { ...error, next: nextStep(error['next'], absent) } }),
  };
}

function nextStep(text: string, absent: readonly string[]): string {
  return withoutAbsentTools(text, absent) || NOTHING_OFFERED;
}

function adviceLine(line: string, absent: readonly string[]): string[] {
  const beginning = ADVICE.find((start) => line.startsWith(start));
  if (beginning === undefined) return [line];
  const text = withoutAbsentTools(line.slice(beginning.length), absent);
  if (text !== '') return [`${beginning}${text}`];
  return beginning === NEXT ? [`${NEXT}${NOTHING_OFFERED}`] : [];
}

function namesAny(text: string, names: readonly string[]): boolean {
  return names.some((name) => new RegExp(`\\b${name}\\b`).test(text));
}
