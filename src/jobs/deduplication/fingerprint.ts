import { createHash } from 'node:crypto';
import type { StoredRequest } from '../model/types.ts';

/**
 * SHA-256 (hex) that is equal for two requests exactly when they ask Adobe for one and the same result: tool,
 * operation, model and body after defaults, pictures by the hash of their content (`placeOf`), seeds only where the
 * caller gave some. Facts and warnings are no part of it.
 */
export function fingerprint(request: Pick<StoredRequest, 'tool' | 'operation' | 'model' | 'body'>): string {
  const { tool, operation, model, body } = request;
  return createHash('sha256')
    .update(canonical({ tool, operation, model: model ?? null, body }))
    .digest('hex');
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
