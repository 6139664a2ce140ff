import { type ClientFacts, isOlder } from './client.ts';

/** Value of FIREFLY_RESOURCE_LINKS. */
export type ResourceLinks = 'auto' | 'always' | 'never';

/** The first revision with `resource_link` blocks and `structuredContent` (MCP 2025-06-18, "Tools"). */
export const REVISION_WITH_LINKS = '2025-06-18';

/**
 * Clients that pass links on, or leave them out without harm, by the name that they give themselves
 * (docs/hosts.md#resource-links). Agent libraries are not among them: after the paid call LangChain's and OpenAI's fail on
 * a link or lose the picture beside it, and many a client without a name is one of those.
 */
const TAKING_LINKS: readonly RegExp[] = [
  /^claude-code\b/i,
  /^gemini-cli\b/i,
  /^qwen-(cli|code)\b/i,
  /^opencode\b/i,
  /^(mcp-)?inspector\b/i,
  /^visual studio code\b/i,
];

/** Whether results for this client carry links. A revision without them gets none, whatever is configured. */
export function sendsLinks(setting: ResourceLinks, client: Pick<ClientFacts, 'name' | 'revision'>): boolean {
  if (isOlder(client, REVISION_WITH_LINKS)) return false;
  if (setting !== 'auto') return setting === 'always';
  return TAKING_LINKS.some((name) => name.test(client.name ?? ''));
}
