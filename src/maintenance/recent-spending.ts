import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import type { EndedPermit } from '../jobs/store/maintenance/audit-queries.ts';
import { errorCode } from '../shared/errors.ts';

/** Read at a time, from the end of the file on. Longer than the disorder that clocks can leave among the lines. */
const PART_BYTES = 1024 * 1024;
/** Most that is read: ten times the lines of a day under a large quota. */
const MOST_BYTES = 64 * PART_BYTES;
/** Longest line; this program writes some hundred bytes. */
const MOST_LINE_BYTES = 8_192;

const Time = z.iso.datetime().transform((text) => Date.parse(text));
const Name = z.string().min(1).max(300);

/** A line as `auditLine` writes it. More operations than any request can cost are no line of this program. */
const Line = z
  .object({
    time: Time,
    granted: Time,
    account: Name,
    principal: Name,
    job: z.string().regex(/^job_[0-9a-z]{1,40}$/),
    attempt: z.int().min(1).max(1_000_000),
    tool: Name,
    operation: Name,
    model: Name.nullable().transform((model) => model ?? undefined),
    count: z.int().min(0).max(1_000),
    operations: z.int().min(0).max(1_000),
    outcome: z.enum(['accepted', 'unknown', 'refused', 'rate_limited', 'unauthorized']),
    request_id: z.string().max(300),
  })
  .transform(({ time: endedAt, granted: grantedAt, request_id: requestId, ...rest }): EndedPermit => ({
    ...rest,
    endedAt,
    grantedAt,
    requestId,
  }));

/**
 * The permits of the audit log that ended after `after` (epoch ms). Lines that are cut off, or that this program cannot
 * have written, are left out. The file is read from its end, no farther than needed.
 * @returns an empty list where there is no file
 * @throws Error where there is one that cannot be read, or that is no regular file
 */
export async function recentSpending(path: string, after: number): Promise<readonly EndedPermit[]> {
  const file = await openIfThere(path);
  if (file === undefined) return [];
  try {
    return await readBackwards(file, after);
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    // A FIFO would keep a reader waiting for its writer.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function readBackwards(file: FileHandle, after: number): Promise<readonly EndedPermit[]> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new Error('the audit log is not a regular file');
  const found: EndedPermit[] = [];
  const least = Math.max(0, stats.size - MOST_BYTES);
  /** The beginning of the part that was read before, whose line begins in the next one. */
  let rest = Buffer.alloc(0);
  for (let end = stats.size; end > least;) {
    const start = Math.max(least, end - PART_BYTES);
    const part = Buffer.alloc(end - start);
    await file.read(part, 0, part.length, start);
    const text = Buffer.concat([part, rest]);
    end = start;
    const newline = text.indexOf('\n');
    const cut = start === 0 ? 0 : newline + 1;
    rest = text.subarray(0, Math.min(newline === -1 ? text.length : cut, MOST_LINE_BYTES));
    if (cut === 0 && start > 0) continue;
    const lines = text.subarray(cut).toString('latin1').split('\n');
    const permits = lines.map(permitOf).filter((permit) => permit !== undefined);
    const recent = permits.filter(({ endedAt }) => endedAt > after);
    found.push(...recent);
    if (recent.length === 0 && permits.length > 0) break;
  }
  return found;
}

function permitOf(line: string): EndedPermit | undefined {
  if (line.length < 2 || line.length > MOST_LINE_BYTES) return undefined;
  try {
    return Line.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
