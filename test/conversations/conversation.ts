import { cp, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import type { Emulator } from '../../src/emulator/index.ts';
import { drawFlat } from '../support/doubles/flat-pictures.ts';
import { TestInstallation, type Connected, type Facts, type Told } from '../support/program/test-installation.ts';
import { picturesOf, type ToldPicture } from '../support/program/told-pictures.ts';

const MOST_PATIENCE_MS = 280_000;
const EXAMPLES = join(ROOT, 'examples');

/** What a person may expect of one message. */
export interface Expected {
  /** Most tool calls, waiting included. */
  readonly calls: number;
  /** Pictures that Adobe is asked for, exactly; a second of video counts by its price. */
  readonly pays: number;
}

/** One assistant, one server and the emulator's ledger, in a folder with the files that the person has. */
export class Conversation {
  readonly #installation: TestInstallation;
  readonly #adobe: Emulator;
  readonly #server: Connected;
  #calls = 0;

  private constructor(installation: TestInstallation, adobe: Emulator, server: Connected) {
    this.#installation = installation;
    this.#adobe = adobe;
    this.#server = server;
  }

  static async begin(): Promise<Conversation> {
    const installation = await TestInstallation.create();
    const adobe = await installation.emulator({ draw: drawFlat, latencyMs: 40, rpm: 600 });
    const { folder } = installation;
    await mkdir(join(folder, 'people'));
    for (const [from, to] of [
      ['portrait.png', 'portrait.png'],
      ['product.png', 'room.png'],
      ['portrait.png', 'style.png'],
    ] as const) {
      await copyFile(join(EXAMPLES, from), join(folder, to));
    }
    await sharp(join(EXAMPLES, 'product.png')).jpeg({ quality: 95 }).toFile(join(folder, 'photo.jpg'));
    for (let n = 1; n <= 10; n += 1) {
      const portrait = sharp(join(EXAMPLES, 'portrait.png')).flop(n % 2 === 0);
      await portrait.resize(512 - 8 * n).toFile(join(folder, 'people', `person-${String(n).padStart(2, '0')}.png`));
    }
    const extra = { FIREFLY_RPM: '600', FIREFLY_OUTPUT_DIR: folder };
    return new Conversation(installation, adobe, await installation.client(installation.environment(adobe, extra)));
  }

  /** Ends the server. With FIREFLY_CONVERSATIONS, a folder, what the person has in the end is copied there. */
  async end(): Promise<void> {
    const kept = process.env['FIREFLY_CONVERSATIONS'];
    if (kept)
      await cp(this.folder, kept, { recursive: true, filter: (path) => !path.startsWith(join(this.folder, 'home')) });
    await this.#installation.end();
  }

  /** The folder that the person works in. */
  get folder(): string {
    return this.#installation.folder;
  }

  get adobe(): Emulator {
    return this.#adobe;
  }

  /** One message of the person: what the assistant does of it, within what a person expects in calls and money. */
  async says<T>(message: string, { calls, pays }: Expected, does: () => Promise<T>): Promise<T> {
    this.#calls = 0;
    const before = this.#paid();
    const result = await does();
    expect(this.#calls, `calls of “${message}”`).toBeLessThanOrEqual(calls);
    expect(this.#paid() - before, `pictures paid for “${message}”`).toBe(pays);
    return result;
  }

  /** One call. Protocol errors, and answers that are not of their output schema, reject by themselves. */
  async calls(tool: string, input: Record<string, unknown> = {}): Promise<Told> {
    this.#calls += 1;
    return this.#ask(tool, input);
  }

  /** A call that has to succeed, until its job or batch has ended: on a busy machine waiting may take several. */
  async does(tool: string, input: Record<string, unknown> = {}): Promise<Told> {
    let told = await this.calls(tool, input);
    expect(told.isError, `${tool}: ${told.text}`).toBe(false);
    const { batch, job } = told.facts;
    if (batch !== undefined && told.facts['dry_run'] !== true) this.#calls += 1;
    while (isUnderWay(told.facts)) {
      told = await this.#ask('job_status', { job: batch ?? job, wait_seconds: 30 });
      expect(told.isError, told.text).toBe(false);
    }
    return told;
  }

  /** As a host that waits as long as it takes: ten masks on a busy machine take more than a minute. */
  async #ask(tool: string, input: Record<string, unknown>): Promise<Told> {
    const result = await this.#server.client.callTool({ name: tool, arguments: input }, { timeout: MOST_PATIENCE_MS });
    return {
      isError: result.isError === true,
      text: result.content.map((block) => (block.type === 'text' ? block.text : '')).join('\n'),
      facts: (result.structuredContent ?? {}) as Facts,
      kinds: result.content.map(({ type }) => type),
    };
  }

  /** Pictures of all requests that Adobe has taken. */
  #paid(): number {
    return this.#adobe.control
      .submits()
      .filter(({ status = 0 }) => status === 202)
      .reduce((sum, { json }) => sum + ((json as { numVariations?: number }).numVariations ?? 1), 0);
  }
}

function isUnderWay({ state, batch_state: batchState, error, dry_run: isDryRun, next }: Facts): boolean {
  if (error !== undefined || isDryRun === true) return false;
  if (batchState !== undefined) return batchState === 'active' || String(next).includes('still being saved');
  return (
    typeof state === 'string' && !['succeeded', 'failed', 'cancelled', 'expired', 'submit_unknown'].includes(state)
  );
}

/** The one picture of an answer. */
export function pictureOf(told: Told): ToldPicture {
  const [picture, ...others] = picturesOf(told);
  if (picture === undefined || others.length > 0) throw new Error(`not one picture: ${told.text}`);
  return picture;
}

/** Whether a part of two pictures is equal, pixel for pixel. */
export async function isEqualIn(
  one: string,
  other: string,
  part: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  shift: { readonly x: number; readonly y: number } = { x: 0, y: 0 },
): Promise<boolean> {
  const read = (path: string, x: number, y: number) =>
    sharp(path)
      .removeAlpha()
      .extract({ ...part, left: part.left + x, top: part.top + y })
      .raw()
      .toBuffer();
  const [a, b] = await Promise.all([read(one, 0, 0), read(other, shift.x, shift.y)]);
  return a.equals(b);
}
