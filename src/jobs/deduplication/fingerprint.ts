import { createHash } from 'node:crypto';
import { contentsOf, type ExactEdit } from '../../images/composites/exact-edit.ts';
import type { StoredRequest } from '../model/types.ts';

/**
 * SHA-256 (hex) that is equal for two requests exactly when they ask Adobe for one and the same result: tool,
 * operation, model and body after defaults, pictures by the hash of their content (`placeOf`), seeds only where the
 * caller gave some. Facts and warnings are no part of it. An edit is known by the picture and the mask that it is made
 * from, in place of the window of them that is sent.
 */
export function fingerprint(request: Pick<StoredRequest, 'tool' | 'operation' | 'model' | 'body' | 'edit'>): string {
  const { tool, operation, model, body, edit } = request;
  const asked = edit === undefined ? { body } : { body: withoutPlaces(body, edit.sent), edit: identityOf(edit) };
  return createHash('sha256')
    .update(canonical({ tool, operation, model: model ?? null, ...asked }))
    .digest('hex');
}

/** What tells an edit apart: its contents, and for an expansion the result, which may be larger than what is painted. */
function identityOf(edit: ExactEdit) {
  const of = contentsOf(edit).map(({ sha256 }) => sha256);
  return edit.kind === 'fill'
    ? { kind: edit.kind, of }
    : { kind: edit.kind, of, result: edit.plan.size, at: edit.plan.inset };
}

/** The body without the places of these pictures. */
function withoutPlaces(value: unknown, pictures: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutPlaces(item, pictures));
  if (typeof value !== 'object' || value === null) return value;
  if ('$picture' in value && pictures.includes(String(value.$picture))) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutPlaces(item, pictures)]));
}

/** JSON with sorted keys, so that the order of arguments does not matter. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}
