import { z } from 'zod';
import { OPERATION_IDS } from '../../firefly/endpoints/registry.ts';
import type { JobHandle } from '../../firefly/types.ts';
import type { ExactEdit } from '../../images/composites/exact-edit.ts';
import { STILL_TYPES } from '../../images/media.ts';
import type { ImageFacts } from '../../images/types.ts';
import type { SqlRow, SqlValue } from '../../store/database.ts';
import { parseRow, time as Time, unreadableRow } from '../../store/rows.ts';
import { jobNewer } from './problems.ts';
import { StoredOutput } from './status/stored-output.ts';
import { SaveOrder } from './saves/save-order.ts';
import { JOB_STATES } from './states.ts';

/** JSON of column `problem`. */
const StoredProblem = z.object({
  code: z.string(),
  message: z.string(),
  actor: z.enum(['caller', 'wait', 'operator', 'us']),
  next: z.string(),
  upstream: z.string().optional(),
});

/** Entry of the JSON in column `pictures`: a picture that is uploaded before the request is sent. */
const StoredPicture = z.object({
  sha256: z.string(),
  mimeType: z.enum(STILL_TYPES),
  bytes: z.number(),
  width: z.number(),
  height: z.number(),
});

/** JSON of column `edit`: an edit whose composites are made from what Adobe paints. */
export type KeptEdit = ExactEdit & {
  /** How often a process has begun to make them while the job was being saved. */
  readonly attempts: number;
  /** Why one could not be made, in a sentence. */
  readonly failure?: string | undefined;
};

/**
 * One row of `jobs`. Keys are the columns in camelCase; `undefined` is NULL; times are epoch milliseconds.
 *
 * - `fence` rises with every claim. Each write names the fence of its claim, so that a process whose lease has passed
 *   to another one cannot write any more.
 * - `cancel`: `none`, `requested` by a caller, `sent` to Adobe, `too_late`, or `refused` by Adobe until the job had ended.
 * - `priority`, `turn`: the place in the queue (docs/jobs.md#priority-and-fair-turns). `batch`, `item`: set for items
 *   of batches alone.
 * - `fingerprint`: equal for identical requests (docs/jobs.md#deduplication).
 * - `arguments`: those of the call, as `like` brings them into another one; none of a job that an older version made.
 * - `operations`: what Adobe bills for the request; `principalBudget`: the most operations that its principal might spend
 *   in 24 hours when it made the call.
 * - `failures`, `unauthorized`, `reuploads`: attempts that sent nothing, met a 401, named a lapsed upload id.
 * - `attempt`: permits taken so far; with `id` the key of the current one.
 * - `doneAt`: about when Adobe had finished the job, as far as its polls tell; saving comes after it.
 * - `saves`, `saveDue`: files that its pictures become, and 1 while one of them is not written.
 * - `attached`: 1 once an identical call has attached to the job, whose first caller can then not take it back any more.
 * - `delivery`: whether an answer was delivered that showed this job unfinished (`running`) or ended (`final`),
 *   or one was lost (`lost`).
 */
export const JobRow = z.object({
  id: z.string(),
  account: z.string(),
  principal: z.string(),
  conversation: z.string().optional(),
  tool: z.string(),
  operation: z.enum(OPERATION_IDS),
  model: z.string().optional(),
  body: z.unknown(),
  pictures: z.array(StoredPicture),
  arguments: z.record(z.string(), z.unknown()).optional(),
  edit: z.custom<KeptEdit>((value) => typeof value === 'object' && value !== null).optional(),
  count: z.number(),
  operations: z.number(),
  principalBudget: z.number().optional(),
  size: z.object({ width: z.number(), height: z.number() }).optional(),
  facts: z.custom<ImageFacts>((value) => typeof value === 'object' && value !== null),
  warnings: z.array(z.string()),
  fingerprint: z.string(),
  idempotencyKey: z.string().optional(),
  replaces: z.string().optional(),
  batch: z.string().optional(),
  item: z.string().optional(),
  priority: z.number(),
  turn: z.number(),
  state: z.enum(JOB_STATES),
  cancel: z.enum(['none', 'requested', 'sent', 'too_late', 'refused']),
  failures: z.number(),
  unauthorized: z.number(),
  reuploads: z.number(),
  attempt: z.number(),
  fence: z.number(),
  leaseOwner: z.string().optional(),
  leaseUntil: Time,
  runnableAt: Time,
  preparedAt: Time.optional(),
  createdAt: Time,
  updatedAt: Time,
  acceptedAt: Time.optional(),
  doneAt: Time.optional(),
  finishedAt: Time.optional(),
  handle: z
    .object({ jobId: z.string().optional(), statusUrl: z.string().optional(), cancelUrl: z.string().optional() })
    .transform(({ jobId, statusUrl, cancelUrl }): JobHandle => ({ jobId, statusUrl, cancelUrl }))
    .optional(),
  progress: z.number().optional(),
  outputs: z.array(StoredOutput),
  problem: StoredProblem.optional(),
  saves: z.array(SaveOrder).optional(),
  saveDue: z.number().optional(),
  attached: z.number(),
  delivery: z.enum(['none', 'running', 'final', 'lost']),
});
export type JobRow = z.infer<typeof JobRow>;

/** Whether a job has succeeded without all of its composites. */
export function missesComposite({ state, edit }: Pick<JobRow, 'state' | 'edit'>): boolean {
  return state === 'succeeded' && edit?.failure !== undefined;
}

/** Columns that an event changes. A key with the value `undefined` is set to NULL. */
export type JobChange = Partial<Omit<JobRow, 'id' | 'account' | 'principal' | 'createdAt' | 'fingerprint'>>;

const KEYS = Object.keys(JobRow.shape);
const JSON_KEYS: ReadonlySet<string> = new Set([
  'body',
  'pictures',
  'arguments',
  'edit',
  'size',
  'facts',
  'warnings',
  'handle',
  'outputs',
  'problem',
  'saves',
]);

/** Columns of `jobs`, in the order of `toParams`. */
export const COLUMNS: readonly string[] = KEYS.map(columnOf);

function columnOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const OPERATIONS: ReadonlySet<unknown> = new Set(OPERATION_IDS);

/**
 * The job of a row.
 * @throws Problem `job_newer` where its operation is none of this version, `store_unreadable` for any other row that this
 *   version cannot have written
 */
export function fromRow(row: SqlRow): JobRow {
  if (!OPERATIONS.has(row['operation'])) throw jobNewer(String(row['id']));
  const fields = KEYS.map((key) => {
    const value = row[columnOf(key)] ?? undefined;
    return [key, value !== undefined && JSON_KEYS.has(key) ? parseJson(key, String(value)) : value] as const;
  });
  return parseRow(JobRow, Object.fromEntries(fields));
}

function parseJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause, which quotes the text.
    throw unreadableRow([columnOf(key)]);
  }
}

/** Parameters of an INSERT into `COLUMNS`. */
export function toParams(job: JobRow): readonly SqlValue[] {
  const values = new Map<string, unknown>(Object.entries(job));
  return KEYS.map((key) => toValue(key, values.get(key)));
}

/** The `SET` clause of an UPDATE, with its parameters. Keys that are no column are left out. */
export function toAssignments(change: JobChange): { readonly set: string; readonly params: readonly SqlValue[] } {
  const entries = Object.entries(change).filter(([key]) => KEYS.includes(key));
  return {
    set: entries.map(([key]) => `${columnOf(key)} = ?`).join(', '),
    params: entries.map(([key, value]) => toValue(key, value)),
  };
}

function toValue(key: string, value: unknown): SqlValue {
  if (value === undefined) return null;
  if (JSON_KEYS.has(key)) return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}
