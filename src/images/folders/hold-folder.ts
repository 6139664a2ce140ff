import { errorCode, Problem } from '../../shared/errors.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { HeldFolder } from '../files/held-folder.ts';
import { notFound, outside, type Roots } from '../import/local-file.ts';

/**
 * Lets names be read in a folder that was checked, and in no other: a program that may write to a root can put a link in its
 * place at any time.
 * @param folder real path, below the roots
 * @param text the path as the caller wrote it, for the problem of a folder that is gone
 * @param read gets the address by which the folder is opened
 * @throws Problem `outside_roots`, `file_not_found`, `file_unreadable`, and what `read` throws
 */
export async function inHeldFolder(
  folder: string,
  { roots, text }: { readonly roots: Roots; readonly text: string },
  read: (address: string) => Promise<void>,
): Promise<void> {
  const held = await HeldFolder.root(folder).catch((error: unknown) => {
    throw problemOf(error, roots, text);
  });
  try {
    if (held.path !== folder) throw outside(roots);
    await read(held.at('.'));
    await held.confirm();
  } catch (error) {
    throw problemOf(error, roots, text);
  } finally {
    await held.close();
  }
}

function problemOf(error: unknown, roots: Roots, text: string): unknown {
  if (error instanceof Problem) return error.code === 'outside_output_folder' ? outside(roots) : error;
  const code = errorCode(error);
  if (code === undefined) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return notFound(roots, text);
  return new Problem('file_unreadable', `${quoteUntrusted(text, 100)} cannot be read (${code}).`, {
    next: 'Check its permissions, or give another folder.',
    cause: error,
  });
}
