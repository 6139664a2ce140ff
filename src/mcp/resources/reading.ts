import type { Cache, Resource, ResourceCall, ResourceContents, TemplateResource } from '../../resources/define.ts';
import { Problem } from '../../shared/errors.ts';
import type { ProblemCode } from '../../shared/problem-codes.ts';
import { idIn } from './uris.ts';

/** Codes of a missing resource; another principal's id gives one of them too (docs/security.md#principals). */
const MISSING: ReadonlySet<ProblemCode> = new Set(['unknown_image', 'unknown_job']);
/** The contents of a resource, and how long they may be kept. */
export interface Reading {
  readonly contents: readonly ResourceContents[];
  readonly cache: Cache | undefined;
}

/**
 * The contents of the resource with this URI; undefined where this caller has none.
 * @throws Problem for anything but a missing resource
 */
export async function readResource(
  resources: readonly Resource[],
  uri: string,
  call: ResourceCall,
): Promise<Reading | undefined> {
  const fixed = resources.find((resource) => resource.kind === 'fixed' && resource.uri === uri);
  if (fixed?.kind === 'fixed') return { contents: await fixed.read(call), cache: fixed.cache };
  for (const family of resources) {
    const id = family.kind === 'template' ? idIn(family.uriTemplate, uri) : undefined;
    if (family.kind === 'template' && id !== undefined) return readMember(family, id, call);
  }
  return undefined;
}

async function readMember(family: TemplateResource, id: string, call: ResourceCall): Promise<Reading | undefined> {
  try {
    return { contents: await family.read(id, call), cache: family.cache };
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
  const ids = await family.complete(argument.value, call);
  // What a row calls an id may be none, and could not be read.
  return ids.filter(
    (id) =>
      idIn(
        uriTemplate,
        uriTemplate.replace('{id}', () => id),
      ) !== undefined,
  );
}
