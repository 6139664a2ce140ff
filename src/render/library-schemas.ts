import { z } from 'zod';
import { RoleFacts } from './pictures/facts.ts';
import { commonShape, PictureFacts, SavedFacts } from './schemas.ts';

// Exact shapes of what the tools of the library answer, by the rules of `schemas.ts`.

const text = (description: string) => z.string().optional().describe(description);
const whole = (description: string) => z.int().optional().describe(description);
const flag = (description: string) => z.boolean().optional().describe(description);

/** What a picture, or some of them, may have cost. */
const PictureCostFacts = z
  .strictObject({
    operations: z.number().describe("Adobe's unit of billing"),
    estimate: z.boolean().optional().describe('Price not published'),
  })
  .optional();

/** Result of `list_images`. */
export const ImagesResult = z.strictObject({
  images: z
    .array(
      PictureFacts.pick({ image: true, width: true, height: true, mime_type: true, seconds: true, seed: true }).extend({
        kind: z.string().describe('generated, painted, mask or import'),
        file: text('Name of the file that it was read from'),
        prompt: text('Prompt'),
        model: text('Model'),
        made_from: z.array(z.string()).optional().describe('Handles'),
        source_files: z.array(z.string()).optional().describe('Their names'),
        mask: text('Handle'),
        roles: RoleFacts,
        deleted: z.array(z.string()).optional().describe('Sources and mask that no longer exist'),
        cost: PictureCostFacts,
        saved: z.array(z.string()).optional().describe('Its files, below saved_in'),
        created_at: z.string().describe('UTC'),
        demo: flag('A placeholder of the emulator'),
      }),
    )
    .optional()
    .describe('Newest first'),
  cost: PictureCostFacts.describe('Sum of these'),
  saved_in: text('The output folder'),
  next_before: text('Pass as before for older ones'),
  period: text('The time that was asked for'),
  ...commonShape,
});
export type ImagesResult = z.infer<typeof ImagesResult>;

/** Result of `save_image`. */
export const SavedResult = z.strictObject({
  saved: z.array(SavedFacts).optional().describe('Files written'),
  ...commonShape,
});
export type SavedResult = z.infer<typeof SavedResult>;

/** Result of `delete_images`. */
export const DeletedResult = z.strictObject({
  deleted: whole('Number of pictures'),
  images: z.array(z.string()).optional().describe('Handles that are gone, at most 50'),
  went_along: whole('Pictures by Adobe that went with their composites'),
  masks_left: z.array(z.string()).optional().describe('Masks that were used for these alone, and stay'),
  kept: z.array(z.string()).optional().describe('Handles that unfinished work needs'),
  needed_by: z.array(z.string()).optional().describe('That work: job_…, batch_…'),
  files_left: z.array(z.string()).optional().describe('Paths of saved files, which stay; at most 20'),
  not_asked: whole('Pictures that match too and stay, since no one was asked about them'),
  freed_bytes: whole('Freed at once'),
  period: text('The time that was asked for'),
  ...commonShape,
});
export type DeletedResult = z.infer<typeof DeletedResult>;
