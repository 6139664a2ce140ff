import { createHash } from 'node:crypto';
import type { ImageLibrary, ImageRecord, NewImage, Preview, Receiver, StoredBytes } from '../../../src/images/types.ts';
import { pictureSteps } from '../../../src/images/steps/picture-steps.ts';
import { newId } from '../../../src/shared/ids.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Transaction } from '../../../src/store/database.ts';

/** Pictures in memory, for tests of the engine that run in simulated time. The real library has tests of its own. */
export class MemoryImages implements ImageLibrary {
  readonly records: ImageRecord[] = [];
  /** Thrown by the next `finish`es. */
  readonly failures: unknown[] = [];
  /** Receivers that were neither finished nor discarded. */
  receiving = 0;
  readonly pixels = pictureSteps();

  linked(id: string): Promise<ImageRecord | undefined> {
    return Promise.resolve(this.records.find((record) => record.id === id));
  }

  receive(): Promise<Receiver> {
    const chunks: Uint8Array[] = [];
    this.receiving += 1;
    let ended = false;
    return Promise.resolve({
      write: (chunk: Uint8Array) => Promise.resolve(void chunks.push(chunk)),
      finish: () => {
        const failure = this.failures.shift();
        if (failure !== undefined) return Promise.reject(failure as Error);
        const bytes = Buffer.concat(chunks);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return Promise.resolve({ sha256, mimeType: 'image/png', bytes: bytes.length, width: 1, height: 1 } as const);
      },
      discard: () => {
        if (!ended) this.receiving -= 1;
        ended = true;
        return Promise.resolve();
      },
    });
  }

  add(tx: Transaction, image: NewImage): Promise<ImageRecord> {
    const known = this.records.find(
      ({ job, index, kind }) => job === image.job && index === image.index && kind === image.kind,
    );
    if (known) return Promise.resolve(known);
    const record = { ...image, id: newId('img', systemRandom), createdAt: tx.now };
    this.records.push(record);
    return Promise.resolve(record);
  }

  renew(image: ImageRecord): Promise<ImageRecord> {
    return Promise.resolve(image);
  }

  noteSaved(): Promise<void> {
    return Promise.resolve();
  }

  savedFiles(): Promise<ReadonlyMap<string, readonly string[]>> {
    return Promise.resolve(new Map());
  }

  ofJob(job: string): Promise<readonly ImageRecord[]> {
    const own = this.records.filter((record) => record.job === job);
    const made = own.filter(({ kind }) => kind === 'generated');
    const waiting = own.filter(({ kind, index }) => kind === 'painted' && !made.some((other) => other.index === index));
    return Promise.resolve([...made, ...waiting].sort((a, b) => a.index - b.index));
  }

  async ofJobs(jobs: readonly string[]): Promise<ReadonlyMap<string, readonly ImageRecord[]>> {
    return new Map(await Promise.all(jobs.map(async (job) => [job, await this.ofJob(job)] as const)));
  }

  get = (): Promise<ImageRecord> => this.#unused();
  find = (): Promise<undefined> => this.#unused();
  resolve = (): Promise<ImageRecord> => this.#unused();
  list = (): Promise<readonly ImageRecord[]> => this.#unused();
  read = (image: StoredBytes): Promise<Uint8Array> => Promise.resolve(new Uint8Array(image.bytes));
  preview = (): Promise<Preview> => this.#unused();
  async *open(): AsyncGenerator<Uint8Array, void> {
    yield await this.#unused();
  }
  serve = (): Promise<AsyncIterable<Uint8Array>> => this.#unused();
  addressFor = (image: StoredBytes): Promise<string> => Promise.resolve(image.sha256);
  sweep = (): Promise<void> => Promise.resolve();

  #unused(): Promise<never> {
    return Promise.reject(new Error('the engine never asks for this'));
  }
}
