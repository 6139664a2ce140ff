import { shownFacts } from '../render/shown.ts';
import type { ResourceContents } from './define.ts';

/** A resource that is one JSON document. Hosts put it into the context of a model as they do results. */
export function jsonContents(uri: string, value: Readonly<Record<string, unknown>>): readonly ResourceContents[] {
  return [{ uri, mimeType: 'application/json', text: JSON.stringify(shownFacts(value), undefined, 2) }];
}
