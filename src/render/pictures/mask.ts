import type { Coverage } from '../../images/masks/coverage.ts';
import type { Fit } from '../../images/subject/types.ts';
import type { ImageRecord } from '../../images/types.ts';
import { imageLink, studioLines } from '../links.ts';
import { percent } from '../phrases.ts';
import { pictureFacts, pictureLines, type RenderContext } from './picture.ts';
import { demoNotice } from '../demo.ts';
import { type PictureBlock, textOf, type Rendered, withoutUndefined } from '../rendered.ts';
import type { MaskResult } from '../schemas.ts';

/** A new mask and the picture that it is for. */
export interface MaskToRender {
  readonly mask: ImageRecord;
  readonly picture: ImageRecord;
  readonly coverage: Coverage;
  readonly warnings: readonly string[];
  /** How its subject was found; undefined where it was drawn. */
  readonly fit: Fit | undefined;
  /** Colour of what may change in the preview. */
  readonly tint: string | undefined;
  readonly previews: readonly PictureBlock[];
}

/** A new mask: the part of the picture that it opens, and the next step. */
export function renderMask(given: MaskToRender, context: RenderContext): Rendered {
  const { mask, picture, coverage, warnings, fit } = given;
  // Some hosts show no picture of a result with structured content.
  const showing = `show_images with image "${mask.id}" shows`;
  const view =
    given.previews.length > 0
      ? `Look at the preview; if you see none, ${showing} it.`
      : `${showing} it on the picture.`;
  const result: MaskResult = {
    mask: mask.id,
    made_for: picture.id,
    images: [pictureFacts(mask, context)],
    open_percent: Math.round(coverage.share * 1000) / 10,
    opens: coverage.box,
    fit: fit && { ...fit, reasons: [...fit.reasons] },
    studio: context.studio?.(`paint/${picture.id}/${mask.id}`),
    warnings: warnings.length === 0 ? undefined : [...warnings],
    demo: context.demo || undefined,
    next: `${view} Then call fill_image with image "${picture.id}" and mask "${mask.id}"; ${fit ? correction(mask.id) : `or refine it: make_mask again, with from "${mask.id}".`}`,
  };
  return {
    text: maskText(result, given),
    structured: withoutUndefined(result),
    pictures: given.previews,
    links: [imageLink(mask)],
    isError: false,
  };
}

/** What to do about a fit that is wrong in places. What is given once more beside points would be searched or grown once more. */
function correction(mask: string): string {
  return `if a part is missing or too much, make_mask again with from "${mask}" and belongs [[x, y]] or stays [[x, y]], which is enough: no shapes, fit, select or for. Or draw a polygon of 12-16 points anew.`;
}

/** How a subject was found, and how sure that is. */
function fitLines(fit: Fit | undefined): readonly string[] {
  if (fit === undefined) return [];
  const how = fit.from === 'person' ? 'Found as a person.' : 'Fitted to edges in the picture.';
  return [[how, `Confidence: ${fit.confidence}.`, ...fit.reasons].join(' ')];
}

function maskText(result: MaskResult, { picture, coverage, previews, fit, tint }: MaskToRender): string {
  const { box } = coverage;
  const within = box && `, within x ${box.x}, y ${box.y}, ${box.width}x${box.height} pixels`;
  const lines = [
    `Mask ${result.mask} for ${picture.id}: ${percent(coverage.share)} of the picture may change${within ?? ''}.`,
    ...fitLines(fit),
    previews.length === 0 ? undefined : `The preview shows the picture, ${tint ?? 'red'} where it may change.`,
    ...(result.images ?? []).flatMap(pictureLines),
    ...studioLines(result),
    ...(result.warnings ?? []).map((warning) => `Note: ${warning}`),
    `Next: ${result.next}`,
    result.demo ? demoNotice({ pictures: false }) : undefined,
  ];
  return textOf(lines);
}
