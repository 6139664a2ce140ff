import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Runs `work` with a private temporary folder, which is gone afterwards.
 * @param folder where private temporary folders may be made
 * @param prefix begins the name of the private folder
 * @throws the error of the disk, and what `work` throws
 */
export async function inPrivateFolder<Result>(
  folder: string,
  prefix: string,
  work: (own: string) => Promise<Result>,
): Promise<Result> {
  const own = await mkdtemp(path.join(folder, prefix));
  try {
    return await work(own);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
