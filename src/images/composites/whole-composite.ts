import { inPixels } from '../masks/mask.ts';
import { loadSharp } from '../sharp.ts';
import { sizeOf } from './box.ts';
import type { Composite, CompositeOrder, Making } from './composite.ts';
import { carry } from './metadata/carried.ts';
import { colourNotes } from './notes.ts';
import { attach } from './output/attach.ts';
import { encodePixels } from './output/encode.ts';
import { encodingLike, HIGH_QUALITY } from './output/jpeg-quality.ts';
import { resultFormat } from './output/result-format.ts';
import { readAnswer } from './pixels/layers.ts';
import type { Source } from './pixels/source.ts';
import type { Placement } from './window/window.ts';

type FillOrder = Extract<CompositeOrder, { kind: 'fill' }>;

/** Takes an answer whole: its padding cut off, at the source's size and in its colours. Nothing of the source is kept. */
export async function makeWhole(
  source: Source,
  { answer, plan: { window }, format }: FillOrder,
  {
    placement: { placed },
    profile,
    making,
  }: { readonly placement: Placement; readonly profile: string | undefined; readonly making: Making },
): Promise<Composite> {
  const sharp = await loadSharp();
  const size = sizeOf(placed);
  const data = await readAnswer(answer, { part: placed, answered: window.size, size, profile });
  const { width, height } = source.upright;
  const { mimeType, notes } = resultFormat(format ?? source.mimeType, source.upright);
  const pixels = sharp(data, { raw: { ...size, channels: 3 } }).resize(width, height, {
    fit: 'fill',
    kernel: width < size.width ? 'lanczos3' : 'cubic',
  });
  const jpeg = source.mimeType === 'image/jpeg' ? encodingLike(source.bytes) : HIGH_QUALITY;
  const carried = carry(source, { colours: 'rgb', upright: true });
  const encoding = { mimeType, width, height, hasAlpha: false, jpeg };
  const bytes = await attach(await encodePixels(pixels, encoding, making), encoding, carried);
  const share = Math.round(100 / Math.max(1, window.scale));
  return {
    bytes,
    mimeType,
    width,
    height,
    kept: 'nothing',
    transition: 0,
    seam: 'even',
    paintedAt: window.size,
    notes: [
      ...notes,
      `The whole picture was painted, at ${inPixels(window.size)} for ${width}x${height} (${share} %).`,
      ...colourNotes(source, 'rgb'),
    ],
  };
}
