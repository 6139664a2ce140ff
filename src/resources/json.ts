import type { ResourceContents } from './define.ts';

/** A resource that is one JSON document. */
export function jsonContents(uri: string, value: unknown): readonly ResourceContents[] {
  return [{ uri, mimeType: 'application/json', text: JSON.stringify(value, undefined, 2) }];
}
