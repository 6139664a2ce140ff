import { z } from 'zod';
import { BATCH_STATES } from '../jobs/batches/model/batch-types.ts';
import { CostFacts } from './cost.ts';
import { commonShape } from './schemas.ts';

const text = (description: string) => z.string().optional().describe(description);
const whole = (description: string) => z.int().optional().describe(description);

const BatchCounts = z.strictObject({
  waiting: z.int(),
  running: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  unknown: z.int(),
});

/** An item of a batch: before it is made, or with one of its pictures. */
const BatchEntry = z.strictObject({
  n: z.int().describe('Its number: batch_…#n, and on the sheet'),
  id: z.string().describe('Its id, or its place in the source'),
  source: text('File of its picture, or its prompt'),
  image: text('Handle'),
  file: text('In folder'),
  link: text('For a browser, an hour'),
  state: text('Where there is no picture'),
  count: whole('Pictures'),
  size: text('Of each'),
  cost: whole('Operations, of all its pictures'),
  warnings: z.array(z.string()).optional().describe('Remarks'),
});
export type BatchEntry = z.infer<typeof BatchEntry>;

/** Result of every tool that shows one batch. */
export const BatchResult = z.strictObject({
  batch: text('Batch id'),
  batch_state: z.enum(BATCH_STATES).optional(),
  summary: text('The state in words'),
  tool: text('Tool'),
  source: text('What it was read from'),
  total: whole('Items'),
  counts: BatchCounts.optional().describe('Items'),
  items: z.array(BatchEntry).optional().describe('One for each picture, and for each item that ended without'),
  first: z
    .strictObject({ prompt: text('As it is sent'), file: text('With what is cut off and scaled') })
    .optional()
    .describe('Of the first item, before it is made'),
  attached: z.boolean().optional().describe('An identical batch was there already'),
  ends_in_seconds: whole('Estimate'),
  cost: CostFacts.optional().describe('May have been charged'),
  will_cost: CostFacts.optional().describe('All items'),
  folder: text('Where pictures are saved'),
  manifests: z.array(z.string()).optional().describe('Files that list every item'),
  failures: z
    .array(z.strictObject({ item: z.string(), job: z.string(), state: z.string(), message: text('Why') }))
    .optional()
    .describe('First ones'),
  dry_run: z.boolean().optional().describe('No job was recorded, nothing sent or spent'),
  created_at: text('UTC'),
  ...commonShape,
});
export type BatchResult = z.infer<typeof BatchResult>;

/** The fields that every answer of `submit_batch` has. */
export const BatchOutline = BatchResult.pick({ batch: true, summary: true, will_cost: true });
