import { hasContentCredentials } from '../import/strip-metadata.ts';
import { formatName } from '../media.ts';
import { undecodable } from '../problems.ts';
import { loadSharp, OPEN_OPTIONS } from '../sharp.ts';
import type { Still } from '../stored.ts';
import { encoded, QUALITY } from './in-format.ts';
import type { ConversionPlan } from './plan.ts';
import { shapeChanges } from './shape-changes.ts';

/** A copy that differs from its original, and how. */
export interface Converted {
  readonly bytes: Uint8Array;
  /** What was done and what was lost, for people: parts of a sentence. */
  readonly changes: readonly string[];
}

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
