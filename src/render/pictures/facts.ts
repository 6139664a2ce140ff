import { z } from 'zod';
import { KEPT, SEAMS } from '../../images/composites/facts.ts';

/** What was painted on each side of a picture, pixels. */
export const SidesFacts = z.strictObject({ left: z.int(), top: z.int(), right: z.int(), bottom: z.int() });

/** What became of the caller's picture in an edit (docs/exact-edits.md#what-a-result-says). */
export const EditFacts = z.strictObject({
  adobe_picture: z.string().optional().describe('Handle: as Adobe made it'),
  kept: z.enum(KEPT).describe('What is kept of the source'),
  transition: z.int().describe('Pixels outside of the mask'),
  seam: z.enum(SEAMS).describe('Light along the edge, not lines; check: it differs, so look'),
  painted_at: z.string().describe('Pixels'),
  painted: SidesFacts.optional().describe('Pixels added on each side'),
});

/** How the subject of a mask was found (docs/pictures-and-masks.md#masks-that-follow-a-subject). */
export const FitFacts = z.strictObject({
  from: z.enum(['person', 'colours', 'both']).describe('By what the subject was found'),
  confidence: z.enum(['good', 'check', 'doubtful']),
  stability: z.number().optional().describe('0-1: how little the outline depends on the shape that was drawn'),
  reasons: z.array(z.string()).describe('Why it is not good'),
});

/** What each picture was for in the making of another one. */
export const RoleFacts = z
  .array(
    z.strictObject({
      role: z.string().describe('image, mask, style, structure, object, background, first frame or last frame'),
      image: z.string().describe('Handle'),
      file: z.string().optional().describe('Name of the file that it was read from'),
    }),
  )
  .optional()
  .describe('What each of made_from and mask was for');
