import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JobResult, MaskResult } from '../../render/schemas.ts';
import { broken, checkedPicture, successful } from './verify.ts';
import type { DemoServer } from './server.ts';

/** A picture that the tour made, and its size. */
export interface Made {
  readonly image: string;
  readonly size: { readonly width: number; readonly height: number };
}

/** The photographs that the tour edits; they come with the program (`examples/CREDITS.md`). */
export interface Photographs {
  readonly folder: string;
  readonly portrait: string;
  readonly product: string;
}

/** Where the photographs lie beside the program's own script. @throws Problem `demo_failed` when they are not there */
export function photographsBeside(entry: string): Photographs {
  const folder = join(dirname(entry), '..', 'examples');
  const photographs = { folder, portrait: join(folder, 'portrait.png'), product: join(folder, 'product.png') };
  if (!existsSync(photographs.portrait) || !existsSync(photographs.product)) {
    throw broken(`the photographs are not in ${folder}`);
  }
  return photographs;
}

type Say = (message: string) => void;

/** Head and shoulders of the portrait, in percent: what stays when the background is replaced. */
const SUBJECT = [
  { shape: 'ellipse', x: 29, y: 2, width: 32, height: 36 },
  { shape: 'ellipse', x: 26, y: 28, width: 38, height: 32 },
  {
    shape: 'polygon',
    points: [
      [0, 100],
      [3, 72],
      [28, 48],
      [62, 48],
      [90, 64],
      [98, 100],
    ],
  },
] as const;
const WIDE = 16 / 9;

/** Draws a mask over the background, and keeps what it looks like. Costs nothing. */
export async function maskBackground(server: DemoServer, { portrait }: Photographs, output: string, say: Say) {
  const input = { image: portrait, shapes: SUBJECT, invert: true, feather: 6 };
  const result = successful(await server.call('make_mask', input, say), 'make_mask');
  const { mask, open_percent } = MaskResult.parse(result.structuredContent);
  const overlay = result.content.find((block) => block.type === 'image');
  if (mask === undefined || !overlay) throw broken('make_mask gave no mask, or did not show it');
  const file = join(output, 'mask-over-the-background.webp');
  writeFileSync(file, Buffer.from(overlay.data, 'base64'), { flag: 'wx' });
  return { mask, file, said: `a mask that opens ${Math.round(open_percent ?? 0)} %, shown in red` };
}

/** Replaces the background of the portrait inside the mask. */
export async function newBackground(server: DemoServer, { portrait }: Photographs, mask: string, say: Say) {
  const prompt = 'a calm studio background in warm grey, soft light';
  const made = await edited(server, 'fill_image', { image: portrait, mask, prompt }, say);
  return { made, said: `the portrait on a new background, ${made.size.width}x${made.size.height}` };
}

/** Widens the product picture to 16:9. */
export async function widened(server: DemoServer, { product }: Photographs, say: Say) {
  const input = { image: product, aspect_ratio: '16:9', prompt: 'a wooden table in a quiet café' };
  const made = await edited(server, 'expand_image', input, say);
  const { width, height } = made.size;
  if (Math.abs(width / height - WIDE) > 0.01) throw broken(`${made.image} is ${width}x${height}, not 16:9`);
  return { made, said: `the cup expanded to ${width}x${height}` };
}

async function edited(server: DemoServer, tool: string, input: Record<string, unknown>, say: Say): Promise<Made> {
  const result = successful(await server.call(tool, input, say), tool);
  const [picture] = JobResult.parse(result.structuredContent).images ?? [];
  if (picture?.path === undefined) throw broken(`${tool} does not say where its picture lies`);
  const { image, path, width, height } = picture;
  checkedPicture(path, { width, height });
  return { image, size: { width, height } };
}
