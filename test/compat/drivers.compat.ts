import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../src/mcp/offer/catalogue.ts';
import { installEach } from './installed.mjs';
import { gotOf, SCRIPT, type Got } from './model/script.ts';
import { startModel, type ScriptedModel } from './model/scripted.ts';
import { COMPAT } from './nodes.ts';
import type { Heard } from './recording/spoken.ts';
import { clientsIn, readSeen, rewriteSeen, type Seen } from './seen.ts';
import { setStage, type Stage, type Transport, type Way } from './stage.ts';

/*
 * Libraries and programs that speak MCP, each with the built product on the emulator, over stdio and over HTTP: what the
 * person gets, and what was said on the way. Each has a folder with its lockfile, its script `drive.mjs` and what was seen.
 */

const DRIVERS = join(COMPAT, 'drivers');
const MOST_MS = 150_000;

/** What a driver hands over; a part is missing where its library has no such thing. */
interface Told {
  readonly tools: readonly string[];
  readonly made: { readonly text: string; readonly kinds?: readonly string[]; readonly structured?: unknown };
  readonly progress?: number;
  readonly picture?: { readonly type: string; readonly bytes: number };
  readonly refused: string;
  readonly cancelled?: boolean;
  readonly after?: string;
  /** APIs over which it talked to the scripted model. */
  readonly talks?: readonly string[];
}

/** Runs a driver to its end. */
async function drive(folder: string, task: Way & { readonly model: string }, home: string): Promise<Told> {
  const own = join(folder, 'node_modules/node-24/bin/node');
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, FIREFLY_TASK: JSON.stringify(task) };
  const options = { cwd: home, env, timeout: MOST_MS, maxBuffer: 2 ** 26 };
  const node = existsSync(own) ? own : process.execPath;
  const { stdout } = await promisify(execFile)(node, [join(folder, 'drive.mjs')], options);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Told;
}

/** What is worth a row in docs/hosts.md. */
function seenOf(told: Told, heard: Heard, models: Readonly<Record<string, Got>>): Seen {
  const shown = (told.progress ?? 0) > 0 ? 'shown' : 'asked for, not shown';
  return {
    revision: heard.revision,
    progress: heard.asksForProgress ? shown : 'not asked for',
    result: [...new Set(told.made.kinds), ...(told.made.structured ? ['structured'] : [])].join(', '),
    original: told.picture === undefined ? 'cannot be read' : told.picture.type,
    cancel: told.cancelled === undefined ? 'cannot' : heard.cancelled ? 'reaches the server' : 'stays in the client',
    ...(told.talks && { models }),
  };
}

const installed = await installEach(DRIVERS, clientsIn('drivers'));

describe.each(clientsIn('drivers'))('%s', (name) => {
  const folder = join(DRIVERS, name);

  describe.runIf(installed.has(name)).each(Object.keys(readSeen(folder)) as Transport[])('over %s', (transport) => {
    let stage: Stage;
    let told: Told;
    let model: ScriptedModel;
    /** What came back to the model, by its API. */
    const models = () =>
      Object.fromEntries(
        (told.talks ?? []).map((api) => [api, gotOf(model.given.filter((given) => given.api === api))]),
      );
    beforeAll(async () => {
      stage = await setStage(transport);
      model = await startModel(SCRIPT);
      told = await drive(folder, { ...stage.way, model: model.url }, stage.home);
    });
    afterAll(async () => {
      model?.close();
      await stage?.end();
    });

    test('lists all tools', () => {
      expect(told.tools.toSorted()).toEqual(catalogue.map((tool) => tool.name).toSorted());
    });

    test('makes a picture, and tells where it is', () => {
      expect(JSON.stringify(told.made)).toMatch(/img_[a-z0-9]{20,}/);
      expect(JSON.stringify(told.made)).toContain('succeeded');
      expect(stage.heard().calls[0]?.tool).toBe('generate_image');
    });

    test('shows progress where it asks for it', () => {
      if (stage.heard().asksForProgress) expect(stage.heard().progress).toBeGreaterThan(0);
      expect(told.progress ?? 0).toBeLessThanOrEqual(stage.heard().progress);
    });

    test('reads the original, where it reads resources', () => {
      if (told.picture === undefined) return;
      expect(told.picture.type).toMatch(/^image\/(png|jpeg)$/);
      expect(told.picture.bytes).toBeGreaterThan(50_000);
    });

    test('passes on a refusal with its way out', () => {
      expect(told.refused).toMatch(/needs to know what may change[\s\S]*mask_shapes/);
    });

    test('loses no job where the person gives up', () => {
      if (told.cancelled === undefined) return;
      expect(told.cancelled).toBe(true);
      expect(told.after).toMatch(/a blue chair \[slow\]/);
    });

    test('gives its models every result, where it has models', () => {
      for (const got of Object.values(models())) expect(Object.values(got)).not.toContain('');
      expect(model.given).toHaveLength((told.talks?.length ?? 0) * SCRIPT.length);
    });

    test('is what docs/hosts.md says', () => {
      const seen = seenOf(told, stage.heard(), models());
      rewriteSeen(folder, transport, seen);
      expect(seen).toEqual(readSeen(folder)[transport]);
    });
  });
});
