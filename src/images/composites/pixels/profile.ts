import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inPrivateFolder } from '../../worker/private-folder.ts';
import type { Source } from './source.ts';

/**
 * Runs `work` with the name of a file that holds the source's colour profile, since sharp takes profiles from files only.
 * Undefined where what Firefly answers, sRGB, has the source's values already. The file is private and gone afterwards.
 * @param folder where private temporary folders may be made
 */
export async function withProfile<Result>(
  { icc, colours }: Source,
  folder: string,
  work: (file: string | undefined) => Promise<Result>,
): Promise<Result> {
  if (icc === undefined || colours !== 'rgb' || isSrgb(icc)) return work(undefined);
  return inPrivateFolder(folder, 'firefly-profile-', async (own) => {
    const file = path.join(own, 'profile.icc');
    await writeFile(file, icc, { mode: 0o600 });
    return work(file);
  });
}

/** Whether a profile calls itself sRGB, in Latin-1 or in UTF-16 as version 4 of ICC does. */
function isSrgb(icc: Uint8Array): boolean {
  const head = Buffer.from(icc.subarray(0, 4096)).toString('latin1').replaceAll('\0', '');
  return head.includes('sRGB');
}
