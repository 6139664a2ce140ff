import { commandHint } from '../render/demo.ts';
import { type MediaKind, STILL_TYPES } from '../images/media.ts';
import type { Rendered } from '../render/rendered.ts';
import { Problem, toProblemRecord } from '../shared/errors.ts';
import type { Random } from '../shared/random.ts';
import type { ToolSettings } from '../tools/definition/define.ts';
import type { Terminal } from './terminal/terminal.ts';
import { UsageError } from './exit-codes.ts';

/** What became of `--save`. */
export interface SavedResult {
  /** Joins the printed result: `saved` lists the files as save_image does. */
  readonly printed: { readonly saved: unknown };
  /** A sentence, where not all was saved. The pictures are kept in the library. */
  readonly problem: string | undefined;
}

/**
 * Checks the name and the place of `--save` before anything is spent.
 * @param tool name of the tool that is called
 * @throws UsageError for a name that save_image would refuse; Problem as `requireSavePlace`
 */
export async function requireSaveable(
  name: string,
  tool: string,
  { outputFolder, random }: { readonly outputFolder: string; readonly random: Random },
): Promise<void> {
  const { requireEnding } = await import('../images/files/name-ending.ts');
  const { requireSaveName } = await import('../images/files/save-place.ts');
  const { requireSavePlace } = await import('../images/files/writable-place.ts');
  try {
    requireSaveName(name, outputFolder);
    requireEnding(name, await kindOf(tool));
    await requireSavePlace(name, outputFolder, random);
  } catch (error) {
    if (!(error instanceof Problem) || error.actor !== 'caller') throw error;
    throw new UsageError(`--save: ${error.message} ${error.next}`, { cause: error });
  }
}

/** Where files go, and what making them needs. */
interface SavePlace extends Pick<Terminal, 'clock' | 'random'> {
  /** The output folder, absolute. */
  readonly root: string;
}

/** What a paid tool makes; undefined for other tools, whose results may hold either. */
async function kindOf(tool: string): Promise<MediaKind | undefined> {
  const { paidTools } = await import('../tools/registry.ts');
  if (!paidTools.some(({ name }) => name === tool)) return undefined;
  return tool === 'generate_video' ? 'video' : 'still';
}

/**
 * Saves the pictures of a result under a name, by `save`, which calls save_image; of show_images, what it shows. Undefined for
 * a dry run, which has none.
 */
export async function saveResult(
  { structured, pictures }: Rendered,
  { name, demo, outputFolder }: Pick<ToolSettings, 'demo' | 'outputFolder'> & { readonly name: string },
  { clock, random }: Pick<Terminal, 'clock' | 'random'>,
  save: (input: object) => Promise<Rendered>,
): Promise<SavedResult | undefined> {
  // Nothing was made, and nothing is missing.
  if (structured?.['dry_run'] === true) return undefined;
  const images = handlesIn(structured?.['images']);
  if (images.length === 0 && structured === undefined && pictures.length > 0)
    return savePictures(pictures, name, { root: outputFolder, clock, random });
  if (images.length === 0) return { printed: { saved: [] }, problem: 'The result has no picture to save.' };
  const { isError, structured: answer, text } = await save({ images, name });
  // Between the check and the end of the call the folder may have become another one.
  const again = commandHint(`call save_image --images ${images.join(',')} --name NAME`, { demo });
  const problem = `${text.trim()}\nThe pictures are kept; "${again}" saves them.`;
  return { printed: { saved: answer?.['saved'] ?? [] }, problem: isError ? problem : undefined };
}

async function savePictures(pictures: Rendered['pictures'], name: string, place: SavePlace): Promise<SavedResult> {
  const { saveShown } = await import('../images/conversion/save-shown.ts');
  const saved: object[] = [];
  try {
    for (const { data, mimeType } of pictures) {
      const type = STILL_TYPES.find((each) => each === mimeType) ?? 'image/png';
      const file = await saveShown({ bytes: Buffer.from(data, 'base64'), mimeType: type }, name, place);
      saved.push({ path: file.path, mime_type: file.mimeType, bytes: file.bytes });
    }
    return { printed: { saved }, problem: undefined };
  } catch (error) {
    const { message, next } = toProblemRecord(error);
    return { printed: { saved }, problem: `${message} ${next}` };
  }
}

function handlesIn(images: unknown): readonly string[] {
  if (!Array.isArray(images)) return [];
  return images.flatMap((picture: { image?: unknown }) => (typeof picture.image === 'string' ? [picture.image] : []));
}
