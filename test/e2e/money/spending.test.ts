import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientOptions } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { fakeTerminal } from '../../cli/fake-terminal.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

let installation: TestInstallation;
let emulator: Emulator;
beforeEach(async () => {
  installation = await TestInstallation.create();
  emulator = await installation.emulator({ draw: drawFlat, latencyMs: 200 });
});
afterEach(() => installation.end());

const ASKING = { FIREFLY_CONFIRM: 'always', FIREFLY_RPM: '60' };

/** A client over stdio whose user gives these answers in turn. */
async function connected(
  mode: NonNullable<ClientOptions['versionNegotiation']>['mode'],
  answers: ('accept' | 'decline' | 'cancel')[],
) {
  const asked: string[] = [];
  const { client } = await installation.client(installation.environment(emulator, ASKING), ['stdio'], mode, {
    capabilities: { elicitation: { form: {} } },
    prepare: (asking) =>
      asking.setRequestHandler('elicitation/create', async ({ params }) => {
        asked.push(params.message);
        const action = answers.shift() ?? 'cancel';
        return action === 'accept' ? { action, content: { spend: true } } : { action };
      }),
  });
  const call = (name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args });
  return { asked, call, generate: (args: Record<string, unknown>) => call('generate_image', args) };
}

describe.each([
  ['2026-07-28', { pin: '2026-07-28' }],
  ['2025', 'legacy'],
] as const)('FIREFLY_CONFIRM=always over stdio, era %s', (_era, mode) => {
  test('spends only what the person agrees to, whatever the arguments say', async () => {
    const { asked, generate } = await connected(mode, ['cancel', 'decline', 'accept']);
    for (const [prompt, why] of [
      ['a red chair', /closed/],
      ['a blue chair', /came back declined/],
      // Refused without a question: it was declined a moment ago.
      ['a blue chair', /minutes ago/],
    ] as const) {
      const refused = await generate({ prompt, confirm: true });
      expect(refused).toMatchObject({ isError: true, structuredContent: { error: { code: 'confirmation_required' } } });
      expect(JSON.stringify(refused.content)).toMatch(why);
    }
    expect(emulator.control.submits()).toHaveLength(0);
    const made = await generate({ prompt: 'a red chair' });
    expect(made.structuredContent).toMatchObject({ state: 'succeeded', cost: { operations: 1, requests: 1 } });
    expect(asked).toHaveLength(3);
    expect(asked[0]).toBe('Spend 1 operation (1 request) at Adobe Firefly? generate_image: "a red chair"');
    // An invalid call is refused without a question.
    expect(await generate({ prompt: 'x', size: '1x1' })).toMatchObject({ isError: true });
    expect(asked).toHaveLength(3);
    expect(emulator.control.submits()).toHaveLength(1);
    const lines = (await readFile(join(installation.folder, 'home', 'audit.jsonl'), 'utf8').catch(() => ''))
      .trim()
      .split('\n');
    expect(lines.length).toBeLessThanOrEqual(1);
  });
});

describe('resubmit_job with FIREFLY_CONFIRM=always', () => {
  test(
    'asks the person about a possible second charge, and sends nothing again without a yes',
    { tags: 'long' },
    async () => {
      const { asked, call, generate } = await connected('legacy', ['accept', 'cancel', 'decline', 'accept']);
      emulator.control.next({ on: 'submit', action: { kind: 'reset', when: 'after-processing' } });
      const unknown = await generate({ prompt: 'a red chair' });
      expect(unknown.structuredContent).toMatchObject({ state: 'submit_unknown' });
      const { job } = unknown.structuredContent as { job: string };
      const again = () => call('resubmit_job', { job, accept_possible_charge: true, confirm: true });
      for (const questions of [2, 3, 3]) {
        expect((await again()).structuredContent).toMatchObject({ error: { code: 'confirmation_required' } });
        expect(asked).toHaveLength(questions);
      }
      expect(asked.at(-1)).toMatch(/resubmit_job: "a red chair".*may have charged.*twice/);
      expect(emulator.control.submits()).toHaveLength(1);
    },
  );
});

describe('firefly-mcp call with FIREFLY_CONFIRM=always', () => {
  const run = async (args: readonly string[], typed?: string) => {
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return typed ?? '';
    };
    const terminal = {
      ...fakeTerminal(['call', 'generate_image', '--prompt', 'a fox', ...args], {
        cwd: installation.folder,
        env: installation.environment(emulator, ASKING),
      }),
      ...(typed === undefined ? {} : { ask }),
    };
    return { code: await main(terminal), questions, out: terminal.output.out };
  };

  test('asks on the screen, and spends only after y or yes', { tags: 'long' }, async () => {
    for (const typed of ['', 'n', 'nay', 'yesterday']) {
      const { code, questions, out } = await run([], typed);
      expect(code).toBe(1);
      expect(questions).toEqual([expect.stringMatching(/^Spend 1 operation \(1 request\) .* \[y\/N\] $/)]);
      expect(out).toContain('confirmation_required');
    }
    expect(emulator.control.submits()).toHaveLength(0);
    expect(await run([], 'Yes')).toMatchObject({ code: 0 });
    expect(emulator.control.submits()).toHaveLength(1);
  });

  test('is refused in a script without --confirm', { tags: 'long' }, async () => {
    const refused = await run([]);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.out).toContain('confirmation_required');
    expect(await run(['--confirm', 'true'])).toMatchObject({ code: 0 });
    // A command writes its line of the audit log before it ends.
    const lines = (await readFile(join(installation.folder, 'home', 'audit.jsonl'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      principal: 'local',
      tool: 'generate_image',
      outcome: 'accepted',
    });
  });
});
