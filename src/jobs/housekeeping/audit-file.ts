import { open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { makeFolder, syncFolder } from '../../shared/folders.ts';
import { NO_LINES, readLine, type Head } from './audit-line.ts';

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
    const isNew = (await this.size()) === 0;
    await makeFolder(dirname(this.#path));
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
    if (isNew) await syncFolder(dirname(this.#path));
  }

  /** The lines from this byte on; all of them where the file has become shorter, as after a rotation. */
  async *lines(offset = 0): AsyncGenerator<string> {
    const handle = await open(this.#path, 'r').catch(() => undefined);
    if (handle === undefined) return;
    const { size } = await handle.stat();
    const input = handle.createReadStream({ start: offset > size ? 0 : offset });
    yield* createInterface({ input });
  }

  /** The highest number in the file, for a store that is new while the file is not. */
  async end(): Promise<Head> {
    let end = NO_LINES;
    for await (const text of this.lines()) {
      const line = readLine(text);
      if (line !== undefined && line.number > end.number) end = line;
    }
    return { number: end.number, hash: end.hash };
  }
}

/** A write that was cut short, as on a full disk, leaves half a line, which must not swallow the next one. */
async function endsWithinLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}
