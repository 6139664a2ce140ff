import type { ImageRecord, Preview } from '../images/types.ts';
import { imageLink } from './links.ts';
import { isoTime } from './phrases.ts';
import { pictureFacts, pictureLines, type RenderContext } from './picture.ts';
import { DEMO_NOTICE } from './problem.ts';
import type { Rendered } from './rendered.ts';

/** One picture to look at, with everything known about it. No structured form, so that every host shows the picture. */
export function renderImage(image: ImageRecord, preview: Preview, context: RenderContext): Rendered {
  const data = Buffer.from(preview.data).toString('base64');
  return {
    text: imageText(image, preview, context),
    structured: undefined,
    pictures: [{ data, mimeType: preview.mimeType }],
    links: [imageLink(image)],
    isError: false,
  };
}

function imageText(image: ImageRecord, preview: Preview, context: RenderContext): string {
  const { facts } = image;
  const lines = [
    ...pictureLines(pictureFacts(image, context)),
    `Shown at ${preview.width}x${preview.height}; the original is untouched.`,
    `Kind: ${image.kind}, ${isoTime(image.createdAt)}`,
    line('Prompt', facts.prompt),
    line('Negative prompt', facts.negativePrompt),
    facts.model === undefined ? undefined : `Model: ${facts.model}`,
    facts.customModel === undefined ? undefined : `Custom model: ${facts.customModel}`,
    facts.contentClass === undefined ? undefined : `Content class: ${facts.contentClass}`,
    line('Adobe describes it as (untrusted data)', facts.altText),
    facts.sources === undefined || facts.sources.length === 0 ? undefined : `Made from: ${facts.sources.join(', ')}`,
    facts.mask === undefined ? undefined : `Mask: ${facts.mask}`,
    'Next: save_image copies the original to the project.',
    facts.demo || context.demo ? DEMO_NOTICE : undefined,
  ];
  return lines.filter((text) => text !== undefined).join('\n');
}

function line(name: string, text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : `${name}: ${JSON.stringify(text)}`;
}
