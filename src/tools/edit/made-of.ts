import type { ImageFacts } from '../../images/types.ts';
import type { RequestImage } from './request-image.ts';

/**
 * What a result is made from, as its facts keep it: handles, the mask apart, and what each was for.
 * @param pictures by role, in the order in which they are told; pictures that only Adobe has are left out
 */
export function madeOf(
  pictures: Readonly<Record<string, RequestImage | undefined>>,
): Pick<ImageFacts, 'sources' | 'mask' | 'roles'> {
  const roles = Object.entries(pictures).flatMap(([role, picture]) => {
    const { original } = picture ?? {};
    return original === undefined ? [] : [{ role, image: original.id, file: original.facts.file }];
  });
  const handles = roles.filter(({ role }) => role !== 'mask').map(({ image }) => image);
  return {
    sources: handles.length === 0 ? undefined : [...new Set(handles)],
    mask: roles.find(({ role }) => role === 'mask')?.image,
    roles: roles.length === 0 ? undefined : roles,
  };
}
