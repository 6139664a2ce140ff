import fc from 'fast-check';
import { noisy } from '../../images/pictures.ts';
import { pngThatClaims, webpThatClaims } from '../../images/claims.ts';
import { TestRooms } from '../../support/rooms/test-rooms.ts';
import { anAnswer } from '../an-answer.ts';
import { damaged } from '../generators/damage.ts';
import { jpegWithBlock, pngWithBlock, webpWithBlock } from '../generators/picture-blocks.ts';
import type { WayIn } from '../inputs.ts';

/** Pictures of every kind that people have, most of them damaged, by their bytes or as a file. */
export const pictures: WayIn = async (more) => {
  await using rooms = await TestRooms.open();
  const [png, jpeg, webp, ...others] = await samples();
  const whole = fc.oneof(
    fc.constantFrom(png, jpeg, webp),
    fc.constantFrom(...others),
    pngWithBlock(png),
    jpegWithBlock(jpeg),
    webpWithBlock(webp),
  );
  const shapes = [{ shape: 'rectangle', x: 10, y: 10, width: 50, height: 50 }];
  const calls = fc.constantFrom<readonly [tool: string, of: (image: string) => object]>(
    ['make_mask', (image) => ({ image, shapes, grow: 1 })],
    ['fill_image', (image) => ({ image, mask: image, prompt: 'x' })],
    ['expand_image', (image) => ({ image, aspect_ratio: '16:9', dry_run: true })],
    ['upscale_image', (image) => ({ image, dry_run: true })],
    ['generate_image', (image) => ({ prompt: 'x', style_reference: image, dry_run: true })],
    ['save_image', (image) => ({ image })],
    ['show_images', (image) => ({ images: [image] })],
  );
  await more(fc.tuple(damaged(whole), calls, fc.boolean()), async ([bytes, [tool, argumentsOf], isFile]) => {
    const image = isFile ? 'given.png' : `data:image/png;base64,${bytes.toString('base64')}`;
    if (isFile) await rooms.file(image, bytes);
    await anAnswer(rooms, tool, argumentsOf(image));
  });
};

async function samples(): Promise<[Buffer, Buffer, Buffer, ...Buffer[]]> {
  const picture = noisy(24, 16);
  const told = () =>
    picture
      .clone()
      .withExif({ IFD0: { Copyright: 'x', Orientation: '6' } })
      .withIccProfile('p3');
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>';
  const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom\0\0\0\0isommp42'), Buffer.alloc(40)]);
  return [
    await told().png().toBuffer(),
    await told().jpeg().toBuffer(),
    await told().webp().toBuffer(),
    await picture.clone().png({ palette: true }).toBuffer(),
    await picture.clone().toColourspace('b-w').png({ progressive: true }).toBuffer(),
    await picture.clone().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
    await picture.clone().jpeg({ progressive: true }).toBuffer(),
    await picture.clone().toColourspace('cmyk').jpeg().toBuffer(),
    await picture.clone().gif().toBuffer(),
    await picture.clone().tiff().toBuffer(),
    await picture.clone().avif().toBuffer(),
    pngThatClaims(30_000, 30_000),
    webpThatClaims(16_384, 16_384),
    Buffer.from(svg),
    mp4,
    Buffer.from('%PDF-1.7\n'),
    Buffer.concat([Buffer.from('BM'), Buffer.alloc(80, 1)]),
  ];
}
