import type { ServingOptions } from '../options.ts';
import type { ResourceChanges } from './resource-changes.ts';

/** The watch for changes of one server, loaded with the first subscription. */
export function lazyChanges(options: ServingOptions): () => Promise<ResourceChanges> {
  let changes: Promise<ResourceChanges> | undefined;
  return () =>
    (changes ??= import('./resource-changes.ts').then(({ ResourceChanges: Changes }) => new Changes(options)));
}
