import type { Sharp } from 'sharp';
import { decodePicture } from '../decode.ts';
import { encodePixels } from '../encode.ts';
import { drawMark } from '../mark/mark.ts';
import { type Colour, paletteFor } from '../scene/palette.ts';
import type { PictureSpec, Rework } from '../picture.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';

/**
 * Draws a picture that is made of a whole source, with the mark; equal specs give equal bytes. Transparency becomes white.
 * @throws PictureGone when the source is no longer in memory
 */
export async function drawRework(spec: PictureSpec, { kind, source }: Rework): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { width, height, channels, data } = await decodePicture(await source.read());
  const random = seededRandom(JSON.stringify([spec.prompt, spec.seed, spec.style]));
  const opaque = sharp(data, { raw: { width, height, channels } }).flatten({ background: '#fff' });
  const fit = kind === 'vary' ? 'cover' : 'fill';
  const scaled = opaque.resize(spec.width, spec.height, { fit, kernel: 'lanczos3' });
  const changed = CHANGES[kind](scaled, spec, random);
  const pixels = await changed.removeAlpha().raw().toBuffer();
  // After scaling and softening: the letters stay sharp.
  drawMark(spec, pixels);
  return encodePixels(spec, pixels);
}

const CHANGES: Readonly<Record<Rework['kind'], (picture: Sharp, spec: PictureSpec, random: SeededRandom) => Sharp>> = {
  // The motif stays recognisable: other colours, and mirrored by some seeds.
  vary: (picture, _spec, random) =>
    (random.between(0, 1) < 0.5 ? picture.flop() : picture).modulate({
      hue: Math.round(random.between(15, 50)),
      saturation: random.between(0.8, 1.2),
      brightness: random.between(0.9, 1.1),
    }),
  upscale: (picture) => picture,
  // Softened, and in the light that the words have in a scene of the emulator.
  edit: (picture, { prompt }, random) => {
    const { high, low } = paletteFor(prompt, seededRandom(prompt));
    const light: Colour = [0, 1, 2].map((channel) => ((high[channel] ?? 0) + (low[channel] ?? 0)) / 2) as never;
    const share = random.between(0.35, 0.45);
    return picture.blur(0.6).linear(
      [1 - share, 1 - share, 1 - share],
      light.map((level) => level * share),
    );
  },
};
