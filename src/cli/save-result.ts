import type { Rendered } from '../render/rendered.ts';
import { toProblemRecord } from '../shared/errors.ts';
import { UsageError } from './exit-codes.ts';

/** What became of `--save`. */
export interface SavedResult {
  /** Joins the printed result: `saved` lists the files as save_image does. */
  readonly printed: { readonly saved: unknown };
  /** A sentence, where not all was saved. The pictures are kept in the library. */
  readonly problem: string | undefined;
}

/** Checks the name of `--save` before anything is spent. @throws UsageError for a name that save_image would refuse */
export async function requireSaveable(name: string, outputFolder: string): Promise<void> {
  const { requireSaveName } = await import('../images/files/save-place.ts');
  try {
    requireSaveName(name, outputFolder);
  } catch (error) {
    const { message, next } = toProblemRecord(error);
    throw new UsageError(`--save: ${message} ${next ?? ''}`.trim(), { cause: error });
  }
}

/** Saves the pictures of a result under a name, by `save`, which calls save_image. */
export async function saveResult(
  { structured }: Rendered,
  name: string,
  save: (input: object) => Promise<Rendered>,
): Promise<SavedResult> {
  const images = handlesIn(structured?.['images']);
  if (images.length === 0) return { printed: { saved: [] }, problem: 'The result has no picture to save.' };
  const { isError, structured: answer, text } = await save({ images, name });
  return { printed: { saved: answer?.['saved'] ?? [] }, problem: isError ? text : undefined };
}

function handlesIn(images: unknown): readonly string[] {
  if (!Array.isArray(images)) return [];
  return images.flatMap((picture: { image?: unknown }) => (typeof picture.image === 'string' ? [picture.image] : []));
}
