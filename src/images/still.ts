import { isStillType, type MediaType, type StillType } from './media.ts';
import { stillWanted } from './problems.ts';

/** What does not move. @throws Problem `still_wanted` for a video */
export function requireStill<Picture extends { readonly mimeType: MediaType }>(
  picture: Picture,
): Picture & { readonly mimeType: StillType } {
  if (!isStill(picture)) throw stillWanted('id' in picture ? String(picture.id) : undefined);
  return picture;
}

export function isStill<Picture extends { readonly mimeType: MediaType }>(
  picture: Picture,
): picture is Picture & { readonly mimeType: StillType } {
  return isStillType(picture.mimeType);
}
