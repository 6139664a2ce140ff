import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JobResult, MaskResult } from '../../render/schemas.ts';
import type { DemoServer } from './server.ts';
import { demoFailed, requireSuccess, verifyPicture } from './verify.ts';

/** A picture that the tour made. */
export interface DemoPicture {
  /** Handle (img_…). */
  readonly image: string;
  readonly size: { readonly width: number; readonly height: number };
}

/** Paths of the photographs that the tour edits; the package contains them (`examples/CREDITS.md`). */
export interface Photographs {
  readonly folder: string;
  readonly portrait: string;
  readonly product: string;
}

/**
 * The photographs of the package, found from the program's script.
 * @throws Problem `demo_failed` where they are missing
 */
export function findPhotographs(entry: string): Photographs {
  const folder = join(dirname(entry), '..', 'examples');
  const photographs = { folder, portrait: join(folder, 'portrait.png'), product: join(folder, 'product.png') };
  if (!existsSync(photographs.portrait) || !existsSync(photographs.product)) {
    throw demoFailed(`the photographs are missing in ${folder}`);
  }
  return photographs;
}

type OnProgress = (message: string) => void;

const WIDE = 16 / 9;

/**
 * Finds the person of the portrait for a mask over all else, and saves its preview in `output`. Free of charge.
 * @throws Problem `demo_failed`
 */
export async function maskBackground(
  server: DemoServer,
  { portrait }: Photographs,
  output: string,
  onProgress: OnProgress,
) {
  const input = { image: portrait, select: 'person', invert: true };
  const result = requireSuccess(await server.call('make_mask', input, onProgress), 'make_mask');
  const { mask, open_percent } = MaskResult.parse(result.structuredContent);
  const preview = result.content.find((block) => block.type === 'image');
  if (mask === undefined || !preview) throw demoFailed('make_mask returned no mask, or no preview of it');
  const file = join(output, 'mask-over-the-background.jpg');
  writeFileSync(file, Buffer.from(preview.data, 'base64'), { flag: 'wx' });
  return { mask, file, summary: `a mask that opens ${Math.round(open_percent ?? 0)} %, shown tinted` };
}

/** Replaces the background of the portrait inside the mask. */
export async function replaceBackground(
  server: DemoServer,
  { portrait }: Photographs,
  mask: string,
  onProgress: OnProgress,
) {
  const prompt = 'a calm studio background in warm grey, soft light';
  const picture = await edit(server, 'fill_image', { image: portrait, mask, prompt }, onProgress);
  return { picture, summary: `the portrait on a new background, ${picture.size.width}x${picture.size.height}` };
}

/** Expands the product picture to 16:9. @throws Problem `demo_failed` */
export async function expandProduct(server: DemoServer, { product }: Photographs, onProgress: OnProgress) {
  const input = { image: product, aspect_ratio: '16:9', prompt: 'a wooden table in a quiet café' };
  const picture = await edit(server, 'expand_image', input, onProgress);
  const { width, height } = picture.size;
  if (Math.abs(width / height - WIDE) > 0.01) throw demoFailed(`${picture.image} is ${width}x${height}, not 16:9`);
  return { picture, summary: `the cup expanded to ${width}x${height}` };
}

async function edit(
  server: DemoServer,
  tool: string,
  input: Record<string, unknown>,
  onProgress: OnProgress,
): Promise<DemoPicture> {
  const result = requireSuccess(await server.call(tool, input, onProgress), tool);
  const [picture] = JobResult.parse(result.structuredContent).images ?? [];
  if (picture?.path === undefined) throw demoFailed(`the result of ${tool} has no path of its picture`);
  const { image, path, width, height } = picture;
  verifyPicture(path, { width, height });
  return { image, size: { width, height } };
}
