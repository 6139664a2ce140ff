import { type FileName, fileNameFor } from '../files/name-template.ts';
import { isStillType, type MediaType, typeByEnding } from '../media.ts';
import { requirePixels } from '../problems.ts';
import { isStill, requireStill } from '../still.ts';
import type { ImageLibrary, ImageRecord } from '../types.ts';
import { type ConversionPlan, planConversion } from './plan.ts';

/** What a file is asked to be: a name, which decides the format by its ending, and what a copy is cut and scaled to. */
export interface FileRequest {
  readonly name?: string | undefined;
  readonly size?: string | undefined;
  readonly crop?: string | undefined;
}

/** The file that one picture becomes. @throws Problem as `planCopy` */
export function planFile(
  picture: ImageRecord,
  request: FileRequest,
  template: string,
): { readonly plan: ConversionPlan | undefined; readonly file: FileName } {
  const plan = planCopy(picture, request);
  const { width, height } = plan?.size ?? picture;
  const format = plan?.format ?? picture.mimeType;
  const named = fileNameFor({ ...picture, mimeType: format, width, height }, template);
  return { plan, file: { ...named, ending: writtenEnding(template, format) ?? named.ending } };
}

/** What is asked for of one picture; undefined where its original is copied. @throws Problem as `planConversion` */
function planCopy(picture: ImageRecord, { name, size, crop }: FileRequest): ConversionPlan | undefined {
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
function writtenEnding(name: string, type: MediaType): string | undefined {
  return typeByEnding(name) === type ? name.slice(name.lastIndexOf('.')).toLowerCase() : undefined;
}

/** The content of a file, and what is said of it. Large pictures are converted one at a time. */
export async function copyOf(picture: ImageRecord, plan: ConversionPlan | undefined, images: ImageLibrary) {
  if (plan === undefined) {
    return { pieces: () => images.open(picture), facts: { bytes: picture.bytes, mimeType: picture.mimeType } };
  }
  const still = requireStill(picture);
  const sizes = [still, { ...plan.size, mimeType: plan.format }];
  const { width, height, mimeType } = still;
  const image = { width, height, mimeType };
  const { bytes, changes } = await images.pixels.run('convert', sizes, async () => ({
    bytes: await images.read(still),
    image,
    plan,
  }));
  return {
    pieces: () => once(bytes),
    facts: { bytes: bytes.length, mimeType: plan.format, size: plan.size, changes },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
