import { unlessDeleted } from '../library/lineage.ts';
import { isStill } from '../still.ts';
import type { ImageLibrary, ImageRecord, Still } from '../types.ts';

/** The still by which a video is shown: the picture that it begins with, where one was given and still exists. */
export async function posterOf(
  { facts, principal }: ImageRecord,
  images: Pick<ImageLibrary, 'get'>,
): Promise<Still<ImageRecord> | undefined> {
  if (facts.firstFrame === undefined) return undefined;
  const found = await images.get(facts.firstFrame, { principal, conversation: undefined }).catch(unlessDeleted);
  return found && isStill(found) ? found : undefined;
}
