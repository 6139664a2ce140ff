import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import type { KillPoint } from '../../../src/jobs/engine/engine-context.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';
import { signalledAt } from '../../support/program/changed-program.ts';
import { start, type Ended } from '../../support/program/command.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';

/** A Ctrl-C, or the end that a system asks for, exactly while a picture that Adobe has made is being saved. */
let installation: TestInstallation;
let emulator: Emulator;
beforeAll(async () => {
  installation = await TestInstallation.create();
  emulator = await installation.emulator({ draw: drawFlat, latencyMs: 50 });
});
afterAll(() => installation.end());

interface Answer {
  readonly job: string;
  readonly state: string;
  readonly attached?: boolean;
  readonly images?: readonly { readonly path: string; readonly width: number }[];
}

const CALL = ['call', 'generate_image', '--model', 'image3', '--size', '1024x1024', '--prompt'];
/** Where the picture is not yet on this machine, and where it is. */
const POINTS = ['saving', 'downloaded', 'file-in-place', 'picture-recorded'] as const satisfies readonly KillPoint[];
const CASES = [...POINTS.map((point) => [point, 'SIGINT'] as const), ['downloaded', 'SIGTERM'] as const];

function run(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const running = start(args, { cwd: installation.folder, env });
  running.child.stdin.end();
  return running.ended;
}

const answerOf = ({ out, err }: Ended) => {
  expect(out, err).not.toBe('');
  return JSON.parse(out) as Answer;
};

/** That the one picture of an answer is there, and whole. */
async function expectWhole({ state, images = [] }: Answer): Promise<void> {
  expect({ state, images: images.length }).toEqual({ state: 'succeeded', images: 1 });
  const picture = sharp(await readFile(images[0]?.path ?? ''), { failOn: 'warning' });
  expect((await picture.raw().toBuffer({ resolveWithObject: true })).info.width).toBe(1024);
}

describe.concurrent('a call that is interrupted while its picture is saved', { tags: 'long' }, () => {
  test.each(CASES)('at "%s" by %s ends with 130 and one line; its picture is found again', async (point, signal) => {
    const prompt = `a fox at ${point} ${signal}`;
    const env = installation.environment(emulator, { FIREFLY_RPM: '600', FIREFLY_LOG_LEVEL: 'warn' });
    const own = { ...env, FIREFLY_HOME: `${env['FIREFLY_HOME']} ${point} ${signal}` };
    const first = await run([...CALL, prompt], { ...own, ...signalledAt(point, signal) });
    const { job } = answerOf(first);
    expect({ code: first.code, signal: first.signal }).toEqual({ code: 130, signal: null });
    expect(first.err.trim().split('\n').at(-1)).toMatch(
      new RegExp(`^${job} is not cancelled\\. "firefly-mcp jobs --wait"`),
    );
    expect((await run(['jobs', '--wait'], own)).out).toMatch(new RegExp(`^${job} +succeeded`, 'm'));
    const again = answerOf(await run([...CALL, prompt], own));
    expect(again.job).toBe(job);
    await expectWhole(again);
    const submits = emulator.control.submits().filter(({ json }) => JSON.stringify(json).includes(prompt));
    expect(submits).toHaveLength(1);
  });

  test.each(CASES)('of a demo, at "%s" by %s too; the same call has a picture', async (point, signal) => {
    const env = installation.environment(undefined, { FIREFLY_LOG_LEVEL: 'warn' });
    const own = { ...env, FIREFLY_HOME: `${env['FIREFLY_HOME']} demo ${point} ${signal}` };
    const args = [...CALL, 'a fox', '--demo'];
    const first = await run(args, { ...own, ...signalledAt(point, signal) });
    const { job } = answerOf(first);
    expect({ code: first.code, signal: first.signal }).toEqual({ code: 130, signal: null });
    expect(first.err.trim().split('\n').at(-1)).toMatch(new RegExp(`^${job} is not finished\\.`));
    const second = await run(args, own);
    expect(second.code, second.err).toBe(0);
    const again = answerOf(second);
    await expectWhole(again);
    // What was stored already is no loss, and what was not is made anew: the emulator that had it is gone.
    const isStored = point !== 'saving';
    expect({ isSame: again.job === job, attached: again.attached ?? false }).toEqual({
      isSame: isStored,
      attached: isStored,
    });
    expect((await run(['jobs', '--demo'], own)).out).toContain(`Quota: ${isStored ? 1 : 2} of`);
  });
});
