import type { ImageRecord, Preview } from '../../images/types.ts';
import { demoNotice } from '../demo.ts';
import { shortened, sizeAndFormat } from '../phrases.ts';
import { textOf, type Rendered } from '../rendered.ts';
import { type RenderContext, wayTo } from './picture.ts';

/** A sheet, with the label of each of its pictures, and the job or batch whose numbers the numbers are. */
export interface SheetToRender {
  readonly preview: Preview;
  readonly labels: readonly string[];
  readonly of: string | undefined;
}

/** Several pictures on one sheet, and which label is which. No structured form and no links, as of one picture. */
export function renderSheet(
  images: readonly ImageRecord[],
  { preview, labels, of }: SheetToRender,
  context: RenderContext,
): Rendered {
  const isDemo = context.demo || images.some(({ facts }) => facts.demo);
  const lines = [
    `One sheet of ${images.length} pictures, ${labelled(labels, of)}:`,
    ...images.map((image, index) => `${labels[index]}: ${inWords(image)}${madeOf(image, images, labels)}`),
    `Next: show_images with image shows one of them larger; ${wayTo('its original', context)}.`,
    isDemo ? demoNotice({ pictures: true }) : undefined,
  ];
  const picture = { data: Buffer.from(preview.data).toString('base64'), mimeType: preview.mimeType };
  return { text: textOf(lines), structured: undefined, pictures: [picture], links: [], isError: false };
}

/** How the pictures are labelled: a number is that of the job or batch, so that a letter is none of its numbers. */
function labelled(labels: readonly string[], of: string | undefined): string {
  const letters = labels.filter((label) => /[A-Z]/.test(label)).length;
  if (letters === labels.length) return 'lettered in their upper left corners';
  const others = letters === 0 ? '' : ', the others with letters';
  return `numbered in their upper left corners${of === undefined ? '' : ` as in ${of}`}${others}`;
}

/** Which other picture of the sheet one was made from: before and after. */
function madeOf({ facts }: ImageRecord, images: readonly ImageRecord[], labels: readonly string[]): string {
  const [source] = facts.sources ?? [];
  const place = images.findIndex(({ id }) => id === source);
  return place === -1 ? '' : `, made from ${labels[place]}`;
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
