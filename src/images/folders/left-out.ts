import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { FOREIGN_HEAD_BYTES, foreignPicture } from '../formats/foreign.ts';
import { Recogniser } from '../formats/format.ts';
import { formatName, isStillType, mediumOf } from '../media.ts';

/** Why something in a folder of pictures is none of them. */
export type Reason = 'other' | 'hidden' | 'link' | 'subfolder' | 'locked';

/** Something in a folder that was looked at and not taken. */
export interface LeftOut {
  readonly name: string;
  readonly path: string;
  readonly reason: Reason;
}

/** Names of one reason that are told; further ones are counted. */
const MOST_NAMED = 10;
const LONGEST_NAME = 80;
const WORDS: Readonly<Record<Reason, string>> = {
  other: 'no pictures',
  hidden: 'hidden',
  link: 'links',
  subfolder: 'folders; a pattern such as people/** reads them too',
  locked: 'folders that cannot be read; check their permissions',
};

/** Sentences about what was left out, with the reason of each: pictures in formats that are not read have one of their own. */
export async function leftOutSentences(leftOut: readonly LeftOut[]): Promise<readonly string[]> {
  const own: string[] = [];
  const plain: LeftOut[] = [];
  for (const entry of leftOut) {
    // What is counted only is not opened.
    const isNamed = entry.reason === 'other' && own.length + plain.length < MOST_NAMED;
    const sentence = isNamed ? await otherPicture(entry) : undefined;
    if (sentence === undefined) plain.push(entry);
    else own.push(sentence);
  }
  const grouped = (Object.keys(WORDS) as Reason[]).flatMap((reason) => {
    const names = plain
      .filter((entry) => entry.reason === reason)
      .map(({ name }) => quoteUntrusted(name, LONGEST_NAME));
    if (names.length === 0) return [];
    const more = names.length > MOST_NAMED ? [`${names.length - MOST_NAMED} more`] : [];
    return [`${[...names.slice(0, MOST_NAMED), ...more].join(', ')} (${WORDS[reason]})`];
  });
  return grouped.length === 0 ? own : [...own, `Left out: ${grouped.join('; ')}.`];
}

/** Sentence that names a picture which is not taken, and why; nothing for other files, such as notes beside the pictures. */
async function otherPicture({ name, path }: LeftOut): Promise<string | undefined> {
  const head = await headOf(path).catch(() => undefined);
  if (head === undefined) return undefined;
  const recogniser = new Recogniser();
  recogniser.push(head);
  recogniser.finish();
  const { mimeType } = recogniser;
  const shown = quoteUntrusted(name, LONGEST_NAME);
  if (mimeType !== undefined && isStillType(mimeType)) {
    return `${shown} was left out: it is a ${formatName(mimeType)}, but its name does not end in ${mediumOf(mimeType).ending}.`;
  }
  const what =
    mimeType === undefined ? foreignPicture(head.toString('latin1')) : `it is a video (${formatName(mimeType)})`;
  return what === undefined ? undefined : `${shown} was left out: ${what}.`;
}

/** The first bytes of a regular file; undefined for all else. No link is followed, and no pipe waited for. */
async function headOf(path: string): Promise<Buffer | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return undefined;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FOREIGN_HEAD_BYTES), 0, FOREIGN_HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
