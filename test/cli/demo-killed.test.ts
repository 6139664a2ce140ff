import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { runProgram, start } from '../support/program/command.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-killed-')));
afterEach(() => removeFolder(folder));

test(
  'a batch of a demo that was killed is made whole by the same command, at once',
  { tags: 'long', timeout: 120_000 },
  async () => {
    const lines = ['a fox', 'an owl', 'a bear'].map((prompt) => JSON.stringify({ prompt }));
    writeFileSync(join(folder, 'three.jsonl'), lines.join('\n'));
    const command = ['batch', 'three.jsonl', '--demo', '--output-dir', folder];
    const killed = start(command, { cwd: folder });
    await killed.shows(/is stored: 3 items/);
    await expect
      .poll(async () => (await runProgram(['jobs', '--demo'], { cwd: folder })).out, { timeout: 20_000 })
      .toMatch(/3 running/);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const { code, out, err } = await runProgram(command, { cwd: folder });
    expect({ code, out }, err).toEqual({ code: 0, out: expect.stringContaining('3 of 3 done') });
  },
);
