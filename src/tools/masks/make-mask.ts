import { z } from 'zod';
import { inTurn } from '../../images/decodable.ts';
import { refinementFields } from '../../images/masks/compose.ts';
import type { MaskReading } from '../../images/masks/mask-source.ts';
import { purposeNote } from '../../images/masks/refining/notes.ts';
import { edgeFor, purposeField } from '../../images/masks/refining/purpose.ts';
import { requireSameSize } from '../../images/masks/mask.ts';
import { shapesField } from '../../images/masks/drawing/shapes.ts';
import { pictureNotLocal } from '../../images/problems.ts';
import { DRAFT, type ImageRecord, type Still } from '../../images/types.ts';
import { renderMask } from '../../render/pictures/mask.ts';
import { MaskResult } from '../../render/schemas.ts';
import { renderContext } from '../definition/render-context.ts';
import { defineTool } from '../definition/define.ts';
import { SHOWN_IN_STUDIO } from '../studio.ts';
import { pictureField, pictureText } from '../arguments/fields.ts';
import {
  belongsField,
  fitField,
  selectField,
  staysField,
  unitField,
  withUnitOfAll,
} from '../arguments/subject-fields.ts';
import { composeFor } from '../edit/masks/compose-subject.ts';
import { keepMask } from '../edit/masks/keep-mask.ts';
import type { MaskContext } from '../edit/masks/mask-context.ts';
import { pictureBlock, previewLimits } from '../previews/previews.ts';

/**
 * Draws masks, and finds people and things, on this machine: no request to Adobe, and a preview before money is spent.
 * Adobe's own cut-out takes pictures by addresses in public storage only.
 */
export const makeMask = defineTool({
  name: 'make_mask',
  title: 'Make mask',
  toolset: 'core',
  meta: SHOWN_IN_STUDIO,
  description:
    'Draws or finds a mask: the part of an image that fill_image may change. Costs nothing; shows it. For a person say select; for other things draw 8-16 points around and set fit. Returns img_… to pass as mask, or as from to correct it.',
  intent: 'write',
  idempotent: false,
  openWorld: false,
  input: z.strictObject({
    image: pictureField.describe('img_…, "last", file path or data URI.'),
    shapes: shapesField.optional(),
    fit: fitField.describe('true: shapes are rough outlines or boxes.'),
    select: selectField.describe('Everybody in image.'),
    belongs: belongsField.describe('1-20 points it missed.'),
    stays: staysField.describe('1-20 points to leave.'),
    for: purposeField,
    unit: unitField,
    from: pictureText
      .optional()
      .describe('Shapes join it: mask (img_…, "last"), black and white file, "alpha", "luminance".'),
    ...refinementFields,
    draft: z.boolean().optional().describe('Lists leave it out, and it is gone the next day.').meta({ unlisted: true }),
  }),
  prepare: (values) => withUnitOfAll(values, 'shapes'),
  output: MaskResult,
  async handler({ image, from, for: purpose, draft, ...wanted }, call) {
    const services = await call.services();
    const context: MaskContext = { services, call, tool: draft ? DRAFT : 'make_mask' };
    const picture = await openLocal(image, 'generated', context);
    const source = from === undefined || isOwnChannel(from) ? picture : await openLocal(from, 'mask', context);
    // The sizes are in the records, so that nothing that does not fit is decoded.
    requireSameSize(source, picture);
    const drawn = await inTurn([picture, source], async () => {
      const begun = from === undefined ? undefined : ({ image: source, by: readingOf(from, source) } as const);
      const shown = previewLimits(call.settings.preview);
      const asked = { ...wanted, purpose, from: begun };
      const { png, overlay, warnings, ...composed } = await composeFor(picture, asked, context, { shown });
      const decided = purpose === undefined ? [] : purposeNote(purpose, edgeFor(purpose, picture), wanted);
      const record = await keepMask(png, [picture], context);
      const previews = overlay === undefined ? [] : [pictureBlock(overlay)];
      return { ...composed, warnings: [...decided, ...warnings], mask: record, previews, tint: overlay?.tint };
    });
    return renderMask({ ...drawn, picture }, await renderContext(call, services.images, [drawn.mask]));
  },
});

/** Whether the mask is made from a channel of the picture itself. */
function isOwnChannel(from: string): boolean {
  return from === 'alpha' || from === 'luminance';
}

function readingOf(from: string, { kind }: ImageRecord): MaskReading {
  if (from === 'alpha') return 'alpha';
  return from === 'luminance' || kind === 'mask' ? 'luminance' : 'given';
}

/** A picture of the library or of a file, whose pixels can be read. @throws Problem `picture_not_local`, and as `ImageImport.open` */
async function openLocal(
  text: string,
  last: 'generated' | 'mask',
  { services, call }: MaskContext,
): Promise<Still<ImageRecord>> {
  const given = await services.imageImport.open(text, call.caller, last);
  if (given.kind === 'local') return given.image;
  throw pictureNotLocal(
    'A mask is drawn at the size of its picture, and of a URL or upload id only Adobe knows the size.',
    'Give the picture itself: a path or a data URI.',
  );
}
