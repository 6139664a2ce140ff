import { z } from 'zod';
import { lineageOf } from '../../images/library/lineage.ts';
import { posterOf } from '../../images/previews/poster.ts';
import { pictureNotLocal, requirePixels } from '../../images/problems.ts';
import { parseReference } from '../../images/library/reference.ts';
import { isStill, requireStill } from '../../images/still.ts';
import type { ImageLibrary, ImageRecord, Preview } from '../../images/types.ts';
import { renderImage } from '../../render/pictures/image.ts';
import { renderSheet } from '../../render/pictures/sheet.ts';
import type { Rendered } from '../../render/rendered.ts';
import { renderContext } from '../definition/render-context.ts';
import { defineTool, type Services, type ToolCall } from '../definition/define.ts';
import { pictureText } from '../arguments/fields.ts';
import { invalidArgument } from '../arguments/invalid-argument.ts';
import { labelsOnSheet } from '../previews/labels-on-sheet.ts';
import { rawBytes } from '../previews/previews.ts';

/** Characters of base64 for one picture: hosts cut results of 1 MB, some far smaller ones. */
const MOST_ENCODED = 500_000;
/** Characters of base64 for a sheet, and its most pictures. */
const MOST_ENCODED_SHEET = 100_000;
const MOST_ON_A_SHEET = 9;

/** Shows a picture, or several on a sheet. No output schema, so that every host passes the picture to the model (docs/hosts.md#tool-results). */
export const showImages = defineTool({
  name: 'show_images',
  title: 'Show images',
  toolset: 'library',
  description:
    'Shows one image, with prompt, seed, model, what it was made from and what from it; or up to nine side by side on one labelled sheet, to compare. Also files of the user. Costs nothing.',
  intent: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({
    image: pictureText.optional().describe('img_…, "last" (default), job_…#2, file path, data URI.'),
    images: z.array(pictureText).min(1).max(MOST_ON_A_SHEET).optional().describe('1-9 of them instead.'),
    max_side: z.int().min(64).max(2048).optional().describe('Of one: longer side in pixels, 64-2048; default 1024.'),
  }),
  output: undefined,
  async handler({ image, images: several, max_side = 1024 }, call) {
    if (image !== undefined && several !== undefined) {
      throw invalidArgument('image and images are both given.', 'Give only one of the two.');
    }
    const services = await call.services();
    const [text = image ?? 'last', ...others] = several ?? [];
    if (others.length > 0) return sheet([text, ...others], services, call);
    const { images } = services;
    const found = await opened(text, services, call);
    const limits = { maxSide: max_side, maxBytes: rawBytes(MOST_ENCODED) };
    const lineage = await lineageOf(found, images, call.caller);
    const tinted = tintedBy(found, lineage.parents);
    const how = { images, limits, call };
    const still = isStill(found) ? found : await posterOf(found, images);
    const plain = still && tinted === undefined ? await images.preview(still, limits) : undefined;
    const preview = tinted === undefined ? plain : await overlayOf(found, tinted, how);
    const poster = still === found ? undefined : still;
    return renderImage(found, { preview, tinted, poster, ...lineage }, await renderContext(call, images, [found]));
  },
});

/** A picture of the library, a video included, or a file or data URI that becomes one. */
async function opened(text: string, { images, imageImport }: Services, call: ToolCall): Promise<ImageRecord> {
  if (parseReference(text) !== undefined) return images.resolve(text, call.caller);
  const given = await imageImport.open(text, call.caller, 'generated');
  if (given.kind === 'local') return given.image;
  throw pictureNotLocal(
    'Of a URL or an upload id there is nothing here to show.',
    'Give a handle, a file or a data URI.',
  );
}

/** Several pictures on one labelled sheet, one decoded after the other. */
async function sheet(texts: readonly string[], services: Services, call: ToolCall): Promise<Rendered> {
  const { images } = services;
  const { cellOf, sheetOf, tileOf } = await import('../../images/previews/sheet.ts');
  const cell = cellOf(texts.length);
  const found: ImageRecord[] = [];
  // All of them are found before the first is decoded.
  for (const text of texts) found.push(await opened(text, services, call));
  const tiles = [];
  for (const record of found) {
    call.signal.throwIfAborted();
    // A video is shown by its poster, where it has one.
    const still = requireStill((isStill(record) ? record : await posterOf(record, images)) ?? record);
    requirePixels(still);
    const tinted = record.kind === 'mask' ? await pictureOf(record, images, call) : undefined;
    const how = { images, limits: { maxSide: cell, maxBytes: rawBytes(MOST_ENCODED) }, call };
    const plain = async () => ({ bytes: await images.read(still), cell });
    tiles.push(
      tinted === undefined
        ? await images.pixels.run('tile', still, plain, call.signal)
        : await tileOf((await overlayOf(still, tinted, how)).data, cell),
    );
  }
  const labelling = labelsOnSheet(texts, found);
  const preview = await sheetOf(tiles, rawBytes(MOST_ENCODED_SHEET), labelling.labels);
  return renderSheet(found, { preview, ...labelling }, await renderContext(call, images, found));
}

/** As `tintedBy`, among the pictures that a mask was made from. */
async function pictureOf(mask: ImageRecord, images: ImageLibrary, call: ToolCall): Promise<ImageRecord | undefined> {
  return tintedBy(mask, (await lineageOf(mask, images, call.caller)).parents);
}

/** The picture that a mask was drawn for, where it still exists. A mask for an expansion has the size of the result. */
function tintedBy(mask: ImageRecord, parents: readonly ImageRecord[]): ImageRecord | undefined {
  if (mask.kind !== 'mask') return undefined;
  return parents.find(({ kind, width, height }) => kind !== 'mask' && width === mask.width && height === mask.height);
}

/** What a picture is shown by. */
interface HowToShow {
  readonly images: ImageLibrary;
  readonly limits: { readonly maxSide: number; readonly maxBytes: number };
  readonly call: ToolCall;
}

/** A mask on its picture, as make_mask shows it: black and white alone tell a model little. */
async function overlayOf(
  mask: ImageRecord,
  picture: ImageRecord,
  { images, limits, call }: HowToShow,
): Promise<Preview> {
  const order = async () => ({ picture: await images.read(picture), mask: await images.read(mask), limits });
  return images.pixels.run('overlay', [picture, mask], order, call.signal);
}
