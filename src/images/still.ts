import { isStillType, mediumOf, type MediaType, type StillType } from './media.ts';
import { stillWanted } from './problems.ts';

/** What is read and does not move. @throws Problem `still_wanted` for a video, and for what is kept unread */
export function requireStill<Picture extends { readonly mimeType: MediaType }>(
  picture: Picture,
): Picture & { readonly mimeType: StillType } {
  if (!isStill(picture)) throw stillWanted('id' in picture ? String(picture.id) : undefined, picture.mimeType);
  return picture;
}

export function isStill<Picture extends { readonly mimeType: MediaType }>(
  picture: Picture,
): picture is Picture & { readonly mimeType: StillType } {
  return isStillType(picture.mimeType);
}

/** Whether a result is kept as it came, in a format that is not read. */
export function isUnread({ mimeType }: { readonly mimeType: MediaType }): boolean {
  return mediumOf(mimeType).kind === 'unread';
}
