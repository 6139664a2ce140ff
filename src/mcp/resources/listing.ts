import {
  ProtocolError,
  ProtocolErrorCode,
  type ListResourcesResult,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server';
import type { Resource, ResourceCall, ResourceEntry, TemplateResource } from '../../resources/define.ts';
import { Problem } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { quoteUntrusted, withoutHidden } from '../../shared/text/text.ts';

/** The next cursor of each family, by its `name`; a family without one has no further page. */
type Positions = Record<string, string>;

/**
 * One page: the first has the fixed resources and the newest of every family, later ones what follows in each family.
 * A family that cannot be listed (for lack of a store, say) is left out and logged: many hosts list resources while they
 * connect, and would show the whole server as broken.
 * @throws ProtocolError for a cursor that this server did not issue
 */
export async function listResources(
  resources: readonly Resource[],
  cursor: string | undefined,
  call: ResourceCall,
  logger: Logger,
): Promise<ListResourcesResult> {
  const positions = cursor === undefined ? undefined : decodeCursor(cursor);
  const fixed = positions === undefined ? resources.filter((resource) => resource.kind === 'fixed') : [];
  const entries: ResourceEntry[] = [...fixed];
  const next: Positions = {};
  for (const family of resources) {
    if (family.kind !== 'template' || (positions !== undefined && positions[family.name] === undefined)) continue;
    const page = await listFamily(family, positions?.[family.name], call, logger);
    entries.push(...page.entries);
    if (page.nextCursor !== undefined) next[family.name] = page.nextCursor;
  }
  const more = Object.keys(next).length > 0;
  return { resources: entries.map(toListed), ...(more && { nextCursor: encodeCursor(next) }) };
}

async function listFamily(family: TemplateResource, cursor: string | undefined, call: ResourceCall, logger: Logger) {
  const empty = { entries: [], nextCursor: undefined };
  try {
    return (await family.list?.(cursor, call)) ?? empty;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    logger.warn('resources_not_listed', { family: family.name, error });
    return empty;
  }
}

/** The templates as clients see them. */
export function listTemplates(resources: readonly Resource[]): ResourceTemplateType[] {
  return resources
    .filter((resource) => resource.kind === 'template')
    .map(({ uriTemplate, name, title, description, mimeType, meta }) => ({
      uriTemplate,
      name,
      title,
      description,
      ...(mimeType !== undefined && { mimeType }),
      ...(meta && { _meta: { ...meta } }),
    }));
}

function toListed(entry: ResourceEntry): ListResourcesResult['resources'][number] {
  return {
    // Ids come from rows, which other programs may write.
    uri: withoutHidden(entry.uri),
    name: quoteUntrusted(entry.name),
    ...(entry.title !== undefined && { title: quoteUntrusted(entry.title) }),
    ...(entry.description !== undefined && { description: entry.description }),
    ...(entry.mimeType !== undefined && { mimeType: entry.mimeType }),
    ...(entry.size !== undefined && { size: entry.size }),
    ...annotated(entry),
    ...(entry.meta && { _meta: { ...entry.meta } }),
  };
}

function annotated({ audience, priority, modifiedAt }: ResourceEntry) {
  const annotations = {
    ...(audience !== undefined && { audience: [...audience] }),
    ...(priority !== undefined && { priority }),
    ...(modifiedAt !== undefined && { lastModified: new Date(modifiedAt).toISOString() }),
  };
  return Object.keys(annotations).length > 0 ? { annotations } : {};
}

function encodeCursor(positions: Positions): string {
  return Buffer.from(JSON.stringify(positions)).toString('base64url');
}

function decodeCursor(cursor: string): Positions {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (isPositions(value)) return value;
  } catch {
    // Not JSON: refused below.
  }
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'This cursor was not issued by this server.');
}

function isPositions(value: unknown): value is Positions {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((position) => typeof position === 'string');
}
