import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programOf } from './hosts/programs.mjs';
import { SETUPS, type Setup } from './hosts/setups.ts';
import { installEach } from './installed.mjs';
import { gotOf, SCRIPT, WORDS } from './model/script.ts';
import { startModel, type ScriptedModel } from './model/scripted.ts';
import { COMPAT } from './nodes.ts';
import { readSeen, rewriteSeen, type Seen } from './seen.ts';
import { setStage, type Stage } from './stage.ts';

/*
 * Real hosts without a network: the built product on the emulator as their server, and a scripted model on loopback in place
 * of their own. What reached the server, and what came back to the model.
 */

const MOST_MS = 170_000;

/** No way out but loopback. */
const OFFLINE = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
};

/** The script, after the calls that this host wants before. */
const scriptOf = ({ before }: Setup) =>
  SCRIPT.flatMap((step) => [before?.[step.tool[0] as keyof typeof before] ?? [], step].flat());

/** Lets a host do what the words say, in a home of its own. @returns what it printed */
async function play(name: string, setup: Setup, stage: Stage, model: ScriptedModel): Promise<string> {
  for (const [file, text] of Object.entries(setup.files(stage.way, model.url))) {
    mkdirSync(dirname(join(stage.home, file)), { recursive: true });
    writeFileSync(join(stage.home, file), text);
  }
  const plain = { PATH: process.env['PATH'] ?? '', HOME: stage.home, TERM: 'dumb', NO_COLOR: '1' };
  const env = { ...plain, ...OFFLINE, ...setup.env(model.url) };
  const [program = '', ...args] = [...programOf(name), ...setup.args(WORDS)];
  const running = promisify(execFile)(program, args, { cwd: stage.home, env, timeout: MOST_MS, maxBuffer: 2 ** 26 });
  running.child.stdin?.end();
  const { stdout } = await running;
  return stdout;
}

const installed = await installEach(join(COMPAT, 'hosts'), Object.keys(SETUPS));

describe.each(Object.entries(SETUPS))('%s', (name, setup) => {
  const folder = join(COMPAT, 'hosts', name);

  describe.runIf(installed.has(name)).each(['stdio', 'http'] as const)('over %s', (transport) => {
    let stage: Stage;
    let model: ScriptedModel;
    let said: string;
    const after = (tool: string) => model.given.find((one) => one.tool === tool)?.text ?? '';
    beforeAll(async () => {
      stage = await setStage(transport);
      model = await startModel(scriptOf(setup));
      said = await play(name, setup, stage, model);
    });
    afterAll(async () => {
      model?.close();
      await stage?.end();
    });

    test('calls what the model asks for, with its arguments', () => {
      const [made, shown, filled] = stage.heard().calls;
      expect(made).toEqual({ tool: 'generate_image', arguments: { prompt: 'a green chair' } });
      expect(shown).toEqual({ tool: 'show_images', arguments: { image: expect.stringMatching(/^img_/) } });
      expect(filled).toEqual({ tool: 'fill_image', arguments: { image: 'last', prompt: 'a cushion' } });
      expect(stage.heard().calls).toHaveLength(3);
    });

    test('tells its model the job, the picture and what to do next', () => {
      expect(after('generate_image')).toMatch(/job_[a-z0-9]{20,}/);
      expect(after('generate_image')).toContain(String(stage.heard().calls[1]?.arguments['image']));
      expect(after('generate_image')).toMatch(/show_images/);
    });

    test('tells its model why a call was refused, and the way out', () => {
      expect(after('fill_image')).toMatch(/needs to know what may change[\s\S]*mask_shapes/);
    });

    test('ends with the last word of its model', () => {
      expect(said).toContain('All done.');
    });

    test('is what docs/hosts.md says', () => {
      const { revision, asksForProgress } = stage.heard();
      const models = Object.fromEntries(model.given.map(({ api }) => [api, gotOf(model.given)]));
      const seen: Seen = { revision, progress: asksForProgress ? 'asked for' : 'not asked for', models };
      rewriteSeen(folder, transport, seen);
      expect(seen).toEqual(readSeen(folder)[transport]);
    });
  });
});
