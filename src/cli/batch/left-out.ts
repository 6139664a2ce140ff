import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FOREIGN_HEAD_BYTES, foreignPicture } from '../../images/formats/foreign.ts';
import { Recogniser } from '../../images/formats/format.ts';
import { formatName, isStillType, mediumOf } from '../../images/media.ts';

/** Pictures that are named as left out; further ones are counted. */
const MOST_NAMED = 10;

/** Lines about pictures that are left out, from the sentences of all of them. */
export function leftOutLines(leftOut: readonly string[]): readonly string[] {
  const more = leftOut.length - MOST_NAMED;
  return more <= 0 ? leftOut : [...leftOut.slice(0, MOST_NAMED), `${more} more pictures were left out.`];
}

/** Sentence that names a picture which is no item, and why; nothing for other files, such as notes beside the pictures. */
export function otherPicture(folder: string, name: string): readonly string[] {
  const head = headOf(join(folder, name));
  if (head === undefined) return [];
  const recogniser = new Recogniser();
  recogniser.push(head);
  recogniser.finish();
  const { mimeType } = recogniser;
  if (mimeType !== undefined && isStillType(mimeType)) {
    return [
      `${name} was left out: it is a ${formatName(mimeType)}, but its name does not end in ${mediumOf(mimeType).ending}.`,
    ];
  }
  const what =
    mimeType === undefined ? foreignPicture(head.toString('latin1')) : `it is a video (${formatName(mimeType)})`;
  return what === undefined ? [] : [`${name} was left out: ${what}.`];
}

/** The first bytes of a regular file; undefined for all else. */
function headOf(path: string): Buffer | undefined {
  try {
    if (!statSync(path).isFile()) return undefined;
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(FOREIGN_HEAD_BYTES);
      return head.subarray(0, readSync(file, head));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
