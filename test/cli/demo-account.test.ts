import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { TestInstallation } from '../support/program/test-installation.ts';
import { OutsideWork } from '../support/clocks/outside-work.ts';
import { SimulatedClock } from '../support/clocks/simulated-clock.ts';
import { fakeTerminal } from './fake-terminal.ts';

// Every run has an emulator of its own, on other ports.
let installation: TestInstallation;
let clock: SimulatedClock;
beforeEach(async () => {
  installation = await TestInstallation.create();
  const outside = new OutsideWork();
  installation.onEnd(async () => outside.close());
  clock = new SimulatedClock({ start: Date.now(), outside });
});
afterEach(() => installation.end());

function begin(...args: readonly string[]) {
  const env = installation.environment(undefined, { FIREFLY_LOG_LEVEL: 'error' });
  const terminal = fakeTerminal([...args, '--demo'], {
    env,
    cwd: installation.folder,
    home: installation.folder,
    clock,
  });
  return { terminal, ended: clock.run(main(terminal), Infinity).then((code) => ({ code, ...terminal.output })) };
}
const run = (...args: readonly string[]) => begin(...args).ended;

interface Answer {
  readonly job: string;
  readonly state: string;
  readonly images: readonly { readonly image: string }[];
  readonly quota: { readonly used_this_minute: number };
}
async function call(tool: string, ...args: readonly string[]): Promise<Answer> {
  const { out, err } = await run('call', tool, ...args);
  expect(out, err).not.toBe('');
  return JSON.parse(out) as Answer;
}

/** A picture that the emulator draws quickly. */
const SMALL = { model: 'image3', size: '1024x1024' } as const;
const FOX = ['--prompt', 'a fox', '--model', SMALL.model, '--size', SMALL.size] as const;

test(
  'all demo runs of a home are one account: what one made, the next ones show, edit and count',
  { tags: 'long' },
  async () => {
    const { job } = await call('generate_image', ...FOX);
    expect((await run('jobs')).out).toContain(job);
    // The upload of one run is not known to the emulator of the next, which costs neither a failure nor a second request.
    const first = await call('expand_image', '--image', 'last', '--size', '1024x1792');
    const second = await call('expand_image', '--image', (await images())[0] ?? '', '--size', '1792x1024');
    expect([first, second]).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
    writeFileSync(
      join(installation.folder, 'two.jsonl'),
      ['x', 'y'].map((prompt) => JSON.stringify({ prompt, ...SMALL })).join('\n'),
    );
    expect(await run('batch', 'two.jsonl')).toMatchObject({ code: 0 });
    const { out } = await run('jobs');
    for (const id of [job, first.job, second.job]) expect(out).toContain(id);
    expect(out).toMatch(/^batch_\w+ {2}finished/m);
    expect(out).toMatch(/\b5 of 9000/);
    // The store of the demo is apart from that of real credentials.
    expect(readdirSync(join(installation.folder, 'home'))).toEqual(['demo']);
  },
);

async function images(): Promise<readonly string[]> {
  const { images: list } = await call('list_images', '--kind', 'generated');
  return list.map(({ image }) => image).toReversed();
}

test('a job whose emulator has ended with its run ends at the next one, and says so', async () => {
  const { terminal, ended } = begin('call', 'generate_image', ...FOX);
  await clock.until(() => /running|working|making/i.test(terminal.output.err));
  terminal.interrupt();
  expect(await ended).toMatchObject({ code: 130 });
  const before = clock.now();
  const { out } = await run('jobs');
  expect(out).toMatch(/^job_\w+ +failed/m);
  expect(out).toContain('0 queued, 0 running');
  expect(clock.now() - before).toBeLessThan(5_000);
  const { jobs } = (await call('job_status')) as unknown as { jobs: readonly { job: string }[] };
  const status = await call('job_status', '--job', jobs[0]?.job ?? '');
  expect(status).toMatchObject({
    error: { message: 'The demo run that began this job has ended, and its emulator with it.' },
  });
});

test.each([
  ['the same call', []],
  ['the same call with its key', ['--idempotency-key', 'one']],
])('%s after a Ctrl-C makes its picture, and is not answered with the job that ended', async (_what, more) => {
  const args = ['call', 'generate_image', ...FOX, ...more];
  const { terminal, ended } = begin(...args);
  await clock.until(() => /running|working|making/i.test(terminal.output.err));
  terminal.interrupt();
  const { code, out } = await ended;
  const { job } = JSON.parse(out) as Answer;
  const again = (await call('generate_image', ...FOX, ...more)) as Answer & { readonly attached?: boolean };
  expect({ code, state: again.state, attached: again.attached, isOther: again.job !== job }).toEqual({
    code: 130,
    state: 'succeeded',
    attached: undefined,
    isOther: true,
  });
  // The job that ended can be made again too, as a job of its own.
  const resubmitted = await call('resubmit_job', '--job', job, '--accept-possible-charge');
  expect(resubmitted).toMatchObject({ state: 'succeeded', replaces: job });
});

test('a batch goes on after a Ctrl-C: what was at the emulator of the stopped run is made again', async () => {
  const lines = ['x', 'y'].map((prompt) => JSON.stringify({ prompt, ...SMALL }));
  writeFileSync(join(installation.folder, 'two.jsonl'), lines.join('\n'));
  const { terminal, ended } = begin('batch', 'two.jsonl');
  await clock.until(() => /0\/2/.test(terminal.output.err));
  // Long enough that both are sent, and shorter than a job of the emulator takes.
  await clock.sleep(1_500);
  terminal.interrupt();
  const [id] = /batch_\w+/.exec((await ended).out) ?? [];
  const again = await run('batch', 'two.jsonl');
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('2 of 2 done') });
  expect(again.out).toContain('Placeholder pictures, drawn by the emulator');
  expect(again.err).toContain(`${id} was submitted before`);
  expect(again.err).toMatch(/items? of the demo run that was stopped: made again/);
});

test('a job that is only stored waits for another run', async () => {
  const { job } = await call('generate_image', ...FOX, '--no-wait');
  expect((await run('jobs')).out).toMatch(new RegExp(`^${job} +queued`, 'm'));
  expect((await run('jobs', '--wait')).out).toMatch(new RegExp(`^${job} +succeeded`, 'm'));
});
