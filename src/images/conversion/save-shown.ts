import { Problem } from '../../shared/errors.ts';
import { fixedName } from '../files/name-template.ts';
import { safeName } from '../files/names.ts';
import { writeNew } from '../files/atomic-write.ts';
import { inSubfolder } from '../files/output-folder.ts';
import { sweepPartials } from '../files/partial-files.ts';
import { placeOf, USUAL_FOLDER } from '../files/save-place.ts';
import type { Random } from '../../shared/random.ts';
import type { Clock } from '../../shared/time/clock.ts';
import { isStillType, mediumOf, type StillType, typeByEnding } from '../media.ts';
import { inFormat } from './in-format.ts';

/** What was shown of pictures: a sheet of several, or one of them made smaller. No picture of the library. */
export interface ShownPicture {
  readonly bytes: Uint8Array;
  readonly mimeType: StillType;
}

/**
 * Saves what was shown as a file, in the format of the name's ending, under a free name.
 * @returns its absolute path and its facts
 * @throws Problem `invalid_argument` for a name with tokens, and as `inSubfolder` and `writeNew`
 */
export async function saveShown(
  shown: ShownPicture,
  name: string,
  { root, clock, random }: { readonly root: string; readonly clock: Pick<Clock, 'now'>; readonly random: Random },
) {
  const { template, folder } = placeOf(name, undefined);
  if (/[{}]/.test(template))
    throw new Problem('invalid_argument', 'What is shown has no prompt, seed or number that a name could take in.', {
      next: 'Give it a name without tokens in braces, such as "before-after.jpg".',
    });
  const wanted = typeByEnding(template);
  const mimeType = wanted !== undefined && isStillType(wanted) ? wanted : shown.mimeType;
  const bytes = mimeType === shown.mimeType ? shown.bytes : await inFormat(shown.bytes, mimeType);
  const file = fixedName(template) ?? { stem: safeName(template), ending: `.${mediumOf(mimeType).ending}` };
  const path = await inSubfolder(root, folder ?? USUAL_FOLDER, async (target) => {
    const written = await writeNew(target, file, once(bytes), random);
    await sweepPartials(target, clock);
    return written;
  });
  return { path, mimeType, bytes: bytes.length };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
