import { isRecord } from '../shared/text/json.ts';
import { defused, quoteUntrusted, withoutHidden } from '../shared/text/text.ts';
import type { LinkBlock, Rendered } from './rendered.ts';

// Prompts, names, paths and words of Adobe come from many places into many texts. Whatever a text is made of, it passes
// here last.

/** Names of files and folders are used as they are told. */
const PATHS: ReadonlySet<string> = new Set(['path', 'folder', 'manifests', 'file', 'uri']);

/** A result as it may be shown: without hidden characters and without Markdown that a host would fetch. */
export function shown(rendered: Rendered): Rendered {
  return {
    ...rendered,
    text: defused(withoutHidden(rendered.text)),
    structured: rendered.structured && shownFacts(rendered.structured),
    links: rendered.links.map(shownLink),
  };
}

/** The structured form of a result as it may be shown. */
export function shownFacts(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(facts);
  return Object.fromEntries(entries.map(([name, value]) => [name, shownValue(value, PATHS.has(name))]));
}

function shownValue(value: unknown, isPath: boolean): unknown {
  if (typeof value === 'string') return isPath ? withoutHidden(value) : defused(withoutHidden(value));
  if (Array.isArray(value)) return value.map((item) => shownValue(item, isPath));
  return isRecord(value) ? shownFacts(value) : value;
}

/** Titles are headings of a host's list. */
function shownLink(link: LinkBlock): LinkBlock {
  const { title, description } = link;
  return {
    ...link,
    uri: withoutHidden(link.uri),
    name: quoteUntrusted(link.name),
    ...(title !== undefined && { title: quoteUntrusted(title) }),
    ...(description !== undefined && { description: quoteUntrusted(description) }),
  };
}
