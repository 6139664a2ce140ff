import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/**
 * Runs `use` with an opened regular file. A link of that name is not followed, a pipe is not waited for, and a device is
 * not read.
 * @returns undefined for what is no regular file
 * @throws the file system's error, such as `ENOENT`
 */
export async function withPlainFile<T>(
  path: string,
  use: (file: FileHandle, size: number) => Promise<T>,
): Promise<T | undefined> {
  // Windows has neither of the last two.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = await file.stat();
    return found.isFile() ? await use(file, found.size) : undefined;
  } finally {
    await file.close();
  }
}
