import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';
import type { LinkBlock, Rendered } from '../../render/rendered.ts';

/** What a client takes besides text and pictures. */
export interface Takes {
  readonly links: boolean;
  readonly structured: boolean;
}

/**
 * A rendered result as MCP content blocks: text first, then pictures, then links. Errors keep their structured content
 * too (docs/hosts.md#tool-results).
 */
export function toCallToolResult(rendered: Rendered, takes: Takes): CallToolResult {
  const content: ContentBlock[] = [
    { type: 'text', text: rendered.text },
    ...rendered.pictures.map(({ data, mimeType }) => ({ type: 'image' as const, data, mimeType })),
    ...(takes.links ? rendered.links.map(toResourceLink) : []),
  ];
  return {
    content,
    ...(takes.structured && rendered.structured !== undefined && { structuredContent: rendered.structured }),
    ...(rendered.isError && { isError: true }),
    ...(rendered.meta !== undefined && { _meta: { ...rendered.meta } }),
  };
}

/** A link names its audience: a host that followed it for the model would load a whole original. */
function toResourceLink(link: LinkBlock): ContentBlock {
  return {
    type: 'resource_link',
    uri: link.uri,
    name: link.name,
    ...(link.title !== undefined && { title: link.title }),
    ...(link.description !== undefined && { description: link.description }),
    ...(link.mimeType !== undefined && { mimeType: link.mimeType }),
    ...(link.size !== undefined && { size: link.size }),
    annotations: { audience: [...link.audience] },
  };
}
