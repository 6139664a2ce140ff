import type { ImageRecord, Preview } from '../../images/types.ts';
import { demoNotice } from '../demo.ts';
import { shortened, sizeAndFormat } from '../phrases.ts';
import { textOf, type Rendered } from '../rendered.ts';
import { type RenderContext, wayTo } from './picture.ts';

/** A sheet, with the number of each of its pictures, and the job or batch that numbers them so. */
export interface SheetToRender {
  readonly preview: Preview;
  readonly numbers: readonly number[];
  readonly of: string | undefined;
}

/** Several pictures on one sheet, and which number is which. No structured form and no links, as of one picture. */
export function renderSheet(
  images: readonly ImageRecord[],
  { preview, numbers, of }: SheetToRender,
  context: RenderContext,
): Rendered {
  const isDemo = context.demo || images.some(({ facts }) => facts.demo);
  const lines = [
    `One sheet of ${images.length} pictures, numbered in their upper left corners${of === undefined ? '' : ` as in ${of}`}:`,
    ...images.map((image, index) => `${numbers[index]}: ${inWords(image)}${madeOf(image, images, numbers)}`),
    `Next: show_images with image shows one of them larger; ${wayTo('its original', context)}.`,
    isDemo ? demoNotice({ pictures: true }) : undefined,
  ];
  const picture = { data: Buffer.from(preview.data).toString('base64'), mimeType: preview.mimeType };
  return { text: textOf(lines), structured: undefined, pictures: [picture], links: [], isError: false };
}

/** Which other picture of the sheet one was made from: before and after. */
function madeOf({ facts }: ImageRecord, images: readonly ImageRecord[], numbers: readonly number[]): string {
  const [source] = facts.sources ?? [];
  const place = images.findIndex(({ id }) => id === source);
  return place === -1 ? '' : `, made from ${numbers[place]}`;
}

function inWords(image: ImageRecord): string {
  const { id, job, index, kind, facts } = image;
  const parts = [
    job === undefined ? id : `${id} (${job}#${index})`,
    kind === 'generated' ? undefined : kind,
    facts.file === undefined ? undefined : JSON.stringify(facts.file),
    sizeAndFormat(image),
    facts.seed === undefined ? undefined : `seed ${facts.seed}`,
    facts.prompt === undefined ? undefined : `prompt ${JSON.stringify(shortened(facts.prompt, 80))}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}
