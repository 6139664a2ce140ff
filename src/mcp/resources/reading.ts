import type { Resource, ResourceCall, ResourceContents, TemplateResource } from '../../resources/define.ts';
import { Problem } from '../../shared/errors.ts';
import type { ProblemCode } from '../../shared/problem-codes.ts';

/** Codes of a missing resource; another principal's id gives one of them too (docs/security.md#principals). */
const MISSING: ReadonlySet<ProblemCode> = new Set(['unknown_image', 'unknown_job']);

/**
 * The contents of the resource with this URI; undefined where this caller has none.
 * @throws Problem for anything but a missing resource
 */
export async function readResource(
  resources: readonly Resource[],
  uri: string,
  call: ResourceCall,
): Promise<readonly ResourceContents[] | undefined> {
  const fixed = resources.find((resource) => resource.kind === 'fixed' && resource.uri === uri);
  if (fixed?.kind === 'fixed') return fixed.read(call);
  for (const family of resources) {
    const id = family.kind === 'template' ? matchId(family, uri) : undefined;
    if (family.kind === 'template' && id !== undefined) return readMember(family, id, call);
  }
  return undefined;
}

async function readMember(family: TemplateResource, id: string, call: ResourceCall) {
  try {
    return await family.read(id, call);
  } catch (error) {
    if (error instanceof Problem && MISSING.has(error.code)) return undefined;
    throw error;
  }
}

/** Ids that begin with the typed value; undefined for an unknown template or argument. */
export async function completeResource(
  resources: readonly Resource[],
  uriTemplate: string,
  argument: { readonly name: string; readonly value: string },
  call: ResourceCall,
): Promise<readonly string[] | undefined> {
  const family = resources.find((resource) => resource.kind === 'template' && resource.uriTemplate === uriTemplate);
  if (family?.kind !== 'template' || argument.name !== 'id') return undefined;
  return family.complete(argument.value, call);
}

/** The value of `{id}`, the only variable of the templates. Not percent-decoded: no id has characters to escape. */
function matchId(family: TemplateResource, uri: string): string | undefined {
  const [before = '', after = ''] = family.uriTemplate.split('{id}');
  if (!uri.startsWith(before) || !uri.endsWith(after) || uri.length <= before.length + after.length) return undefined;
  const id = uri.slice(before.length, uri.length - after.length);
  return /^[A-Za-z0-9_-]+$/.test(id) ? id : undefined;
}
