import type { ImageFacts, SourceRole } from '../../images/types.ts';
import type { JobResult } from '../schemas.ts';

/** Roles that the fields of a result stand for by themselves. */
const PLAIN_ROLES: readonly string[] = ['image', 'mask'];

type Roles = NonNullable<JobResult['roles']>;

/**
 * What each source was for; undefined where `made_from` and `mask` tell as much.
 * @param namesFiles whether names of files are told as well, which lists have a field for
 */
export function roleFacts(
  { roles = [] }: Pick<ImageFacts, 'roles'>,
  { namesFiles = true }: { readonly namesFiles?: boolean } = {},
): Roles | undefined {
  const isTold = roles.some(({ role, file }) => (namesFiles && file !== undefined) || !PLAIN_ROLES.includes(role));
  return isTold ? roles.map((role) => ({ ...role })) : undefined;
}

/** `from style: "style.png" (img_a), mask: img_b`: what `last`, files and shapes were, and what each was for. */
export function madeFrom(made: {
  readonly made_from?: readonly string[] | undefined;
  readonly mask?: string | undefined;
  readonly roles?: readonly SourceRole[] | undefined;
}): string | undefined {
  const { made_from: sources = [], mask, roles = [] } = made;
  const named = (image: string, otherwise: string): readonly string[] => {
    const own = roles.filter((role) => role.image === image);
    // Records of earlier versions name no roles.
    return own.length === 0 ? [`${otherwise}${image}`] : own.map(inWords);
  };
  const parts = [...new Set([...sources.flatMap((image) => named(image, '')), ...(mask ? named(mask, 'mask: ') : [])])];
  return parts.length === 0 ? undefined : `from ${parts.join(', ')}`;
}

/** A source by what it was for, its file and its handle. The role of the one picture that is changed needs no word. */
function inWords({ role, image, file }: SourceRole): string {
  const name = file === undefined ? image : `${JSON.stringify(file)} (${image})`;
  return role === 'image' ? name : `${role}: ${name}`;
}

/** What a picture was for in the making of another one: `style`, or `style, structure`; undefined for the one that was changed. */
export function roleOf(
  image: string,
  { roles = [], mask, painted }: Pick<ImageFacts, 'roles' | 'mask' | 'painted'>,
): string | undefined {
  if (image === painted) return 'as Adobe made it';
  const own = roles.filter((role) => role.image === image && role.role !== 'image').map(({ role }) => role);
  if (own.length > 0) return own.join(', ');
  return image === mask ? 'mask' : undefined;
}

/** The file name by which a call gave one of its sources; undefined for a picture that has none of its own. */
export function givenName(source: string, { roles = [] }: Pick<ImageFacts, 'roles'>): string | undefined {
  return roles.find(({ image }) => image === source)?.file;
}

/**
 * Sources and masks of a picture that were deleted since, each by what it was for, or by the name of its file: a handle that
 * leads nowhere tells nothing.
 */
export function deletedParents(
  { sources = [], mask, roles = [] }: Pick<ImageFacts, 'sources' | 'mask' | 'roles'>,
  isThere: (image: string) => boolean,
): readonly string[] {
  const gone = [...sources, ...(mask === undefined ? [] : [mask])].filter((image) => !isThere(image));
  const words = gone.flatMap((image) => {
    const own = roles.filter((role) => role.image === image);
    if (own.length === 0) return [image === mask ? 'mask' : 'source'];
    return own.map(({ role, file }) => {
      const name = file === undefined ? undefined : JSON.stringify(file);
      if (role === 'image') return name ?? 'source';
      return name === undefined ? role : `${role} ${name}`;
    });
  });
  return [...new Set(words)];
}
