import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

/** One paid request, as the audit log tells it: who, which job and attempt, what, and what came of it. No prompt. */
export interface AuditEntry {
  /** When the attempt ended, and when its permit was granted, epoch milliseconds. */
  readonly endedAt: number;
  readonly grantedAt: number;
  readonly account: string;
  readonly principal: string;
  readonly job: string;
  readonly attempt: number;
  readonly tool: string;
  readonly operation: string;
  readonly model: string | undefined;
  /** Pictures asked for. */
  readonly count: number;
  /** `accepted`, `unknown`, `refused`, `rate_limited`, `unauthorized`. */
  readonly outcome: string;
  /** The `x-request-id` that Adobe was sent. */
  readonly requestId: string;
}

/** What tells two entries apart. */
export function keyOf({ job, attempt }: Pick<AuditEntry, 'job' | 'attempt'>): string {
  return `${job} ${attempt}`;
}

/**
 * An entry as one line of printable ASCII: everything else is escaped, so that no value can begin a line of its own or
 * talk to the terminal that shows it, and nothing is lost.
 */
export function auditLine(entry: AuditEntry): string {
  const { job, attempt, account, principal, tool, operation, model, count, outcome } = entry;
  const facts = {
    time: new Date(entry.endedAt).toISOString(),
    granted: new Date(entry.grantedAt).toISOString(),
    account,
    principal,
    job,
    attempt,
    tool,
    operation,
    model: model ?? null,
    count,
    outcome,
    request_id: entry.requestId,
  };
  return JSON.stringify(facts).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** An append-only file of JSON lines that several processes write. */
export class AuditFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Bytes; 0 where there is no file yet. */
  async size(): Promise<number> {
    const found = await stat(this.#path).catch(() => undefined);
    return found?.size ?? 0;
  }

  /** Appends the lines in one write, and returns once they are on the disk. */
  async append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    // O_APPEND: writes of several processes do not overlap.
    const handle = await open(this.#path, 'a+', 0o600);
    try {
      const text = Buffer.from(`${(await endsWithinLine(handle)) ? '\n' : ''}${lines.join('\n')}\n`);
      const { bytesWritten } = await handle.write(text);
      if (bytesWritten < text.length) throw new Error('the audit log took only a part of a line');
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  /** The keys of the entries from this byte on; of all where the file has become shorter, as after a rotation. */
  async keysFrom(offset: number): Promise<ReadonlySet<string>> {
    const keys = new Set<string>();
    const handle = await open(this.#path, 'r').catch(() => undefined);
    if (handle === undefined) return keys;
    const { size } = await handle.stat();
    const input = handle.createReadStream({ start: offset > size ? 0 : offset });
    for await (const line of createInterface({ input })) {
      const key = keyIn(line);
      if (key !== undefined) keys.add(key);
    }
    return keys;
  }
}

/** A write that was cut short, as on a full disk, leaves half a line, which must not swallow the next one. */
async function endsWithinLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

function keyIn(line: string): string | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('job' in entry) || !('attempt' in entry)) return undefined;
    return keyOf({ job: String(entry.job), attempt: Number(entry.attempt) });
  } catch {
    return undefined;
  }
}
