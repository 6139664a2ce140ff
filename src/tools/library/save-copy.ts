import { type ConversionPlan, planConversion } from '../../images/conversion/plan.ts';
import { inTurn } from '../../images/decodable.ts';
import { isStillType, type MediaType, typeByEnding } from '../../images/media.ts';
import { requirePixels } from '../../images/problems.ts';
import { isStill, requireStill } from '../../images/still.ts';
import type { ImageLibrary, ImageRecord } from '../../images/types.ts';

/** What is asked for of one picture; undefined where its original is copied. @throws Problem as `planConversion` */
export function planCopy(
  picture: ImageRecord,
  { name, size, crop }: { name?: string | undefined; size?: string | undefined; crop?: string | undefined },
): ConversionPlan | undefined {
  const type = typeByEnding(name ?? '');
  const format = type === undefined || !isStillType(type) ? undefined : type;
  // A video keeps its format, and the answer says so.
  if (size === undefined && crop === undefined && (format === undefined || !isStill(picture))) return undefined;
  const still = requireStill(picture);
  const plan = planConversion(still, { size, crop, format });
  if (plan !== undefined) requirePixels(still);
  return plan;
}

/** The ending of a name, with its dot, where it is one of this type: "hero.jpeg" is saved as that. */
export function writtenEnding(name: string, type: MediaType): string | undefined {
  return typeByEnding(name) === type ? name.slice(name.lastIndexOf('.')).toLowerCase() : undefined;
}

/** The content of a file, and what is said of it. Large pictures are converted one at a time. */
export async function copyOf(picture: ImageRecord, plan: ConversionPlan | undefined, images: ImageLibrary) {
  if (plan === undefined) {
    return { pieces: () => images.open(picture), facts: { bytes: picture.bytes, mimeType: picture.mimeType } };
  }
  const still = requireStill(picture);
  const { convert } = await import('../../images/conversion/convert.ts');
  const most = { width: Math.max(still.width, plan.size.width), height: Math.max(still.height, plan.size.height) };
  const { bytes, changes } = await inTurn(most, async () => convert(await images.read(still), still, plan));
  return {
    pieces: () => once(bytes),
    facts: { bytes: bytes.length, mimeType: plan.format, size: plan.size, changes },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
