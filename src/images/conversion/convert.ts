import { hasContentCredentials } from '../import/strip-metadata.ts';
import { formatName, type StillType } from '../media.ts';
import { undecodable } from '../problems.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import type { Still } from '../stored.ts';
import type { ConversionPlan } from './plan.ts';
import { shapeChanges } from './shape-changes.ts';

/** A copy that differs from its original, and how. */
export interface Converted {
  readonly bytes: Uint8Array;
  /** What was done and what was lost, for people: parts of a sentence. */
  readonly changes: readonly string[];
}

/** Quality of lossy copies. */
const QUALITY = 92;

/**
 * Makes a copy by a plan. The original is not touched; colours keep their profile, and metadata goes.
 * @throws Problem `undecodable_picture`
 */
export async function convert(
  original: Uint8Array,
  image: Pick<Still, 'width' | 'height' | 'mimeType'>,
  plan: ConversionPlan,
): Promise<Converted> {
  const sharp = await loadSharp();
  const { box, size, format } = plan;
  try {
    const { hasAlpha, depth, space } = await sharp(original, OPEN_OPTIONS).metadata();
    const isDeep = depth === 'ushort';
    const isPrint = space === 'cmyk';
    const flattens = hasAlpha && format === 'image/jpeg';
    let picture = sharp(original, OPEN_OPTIONS)
      .autoOrient()
      .extract(box)
      .resize(size.width, size.height, { fit: 'fill' });
    if (flattens) picture = picture.flatten({ background: '#fff' });
    if (!isPrint) picture = picture.keepIccProfile();
    if (isDeep && format === 'image/png') picture = picture.toColourspace('rgb16');
    const bytes = await encoded(picture, format).toBuffer();
    const changes = [
      ...shapeChanges(image, plan),
      ...(format === image.mimeType ? [] : [`${formatName(format)} in place of ${formatName(image.mimeType)}`]),
      ...(flattens ? ['white where it was transparent'] : []),
      ...(isPrint ? ['RGB in place of CMYK'] : []),
      ...(isDeep && format !== 'image/png' ? ['8 bits a colour in place of 16'] : []),
      ...(format === 'image/png' ? [] : [`at quality ${QUALITY}`]),
      ...(hasContentCredentials(original, image.mimeType) ? ['without Content Credentials'] : []),
    ];
    return { bytes, changes };
  } catch (error) {
    throw undecodable(error);
  }
}

/** The same pixels in another format. @throws Problem `undecodable_picture` */
export async function inFormat(original: Uint8Array, format: StillType): Promise<Uint8Array> {
  const sharp = await loadSharp();
  try {
    return await encoded(sharp(original, OPEN_OPTIONS), format).toBuffer();
  } catch (error) {
    throw undecodable(error);
  }
}

type Picture = ReturnType<Awaited<ReturnType<typeof loadSharp>>>;

function encoded(picture: Picture, format: StillType): Picture {
  if (format === 'image/png') return picture.png();
  if (format === 'image/webp') return picture.webp({ quality: QUALITY });
  return picture.jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' });
}
