import { createHash } from 'node:crypto';
import { placeFile } from '../../images/files/atomic-write.ts';
import type { HeldFolder } from '../../images/files/held-folder.ts';
import { standInName } from '../../images/files/name-template.ts';
import { copyOf, type planFile } from '../../images/conversion/save-copy.ts';
import type { ImageLibrary, ImageRecord } from '../../images/types.ts';
import type { Random } from '../../shared/random.ts';

/** A picture with the file that it is to become. */
export type PlannedFile = { readonly picture: ImageRecord } & ReturnType<typeof planFile>;

/**
 * Writes the file of a picture: its original, or the copy that was planned. A crash between file and record leaves the
 * file, which the next run recognises by its content.
 * @throws Problem as `copyOf` and `placeFile`
 */
export async function placePicture(
  target: HeldFolder,
  { picture, plan, file }: PlannedFile,
  { images, ...placing }: { images: ImageLibrary; random: Random; isTaken: (path: string) => boolean },
) {
  const copy = await copyOf(picture, plan, images);
  const sha256 = plan === undefined ? picture.sha256 : await hashOf(copy.pieces());
  const content = { sha256, bytes: copy.facts.bytes, open: () => copy.pieces() };
  const name = picture.kind === 'painted' ? standInName(file) : file;
  const path = await placeFile(target, name, content, placing);
  await images.noteSaved(picture.id, path);
  return { path, facts: copy.facts };
}

async function hashOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
