import { describe, expect, test } from 'vitest';
import { describeTools } from '../../src/tools/definition/catalogue.ts';
import { paidTools } from '../../src/tools/registry.ts';
import { prompts } from '../../src/prompts/registry.ts';

const known = describeTools().map(({ name }) => name);
const paid = [...paidTools.map(({ name }) => name), 'submit_batch'];
const GIVEN = 'a; b';
const wordsOf = (prompt: (typeof prompts)[number], savesFiles = true) =>
  prompt.words(Object.fromEntries(prompt.arguments.map(({ name }) => [name, GIVEN])), { savesFiles });

describe.each(prompts.map((prompt) => [prompt.name, prompt] as const))('the prompt %s', (name, prompt) => {
  const words = wordsOf(prompt);
  const lines = words.split('\n');
  const calls = [...words.matchAll(/`(\w+) \{/g)].map(([, tool = '']) => tool);

  test('names tools that exist, and needs those that it pays with', () => {
    expect(calls.filter((tool) => !known.includes(tool))).toEqual([]);
    const spends = calls.filter((tool) => paid.includes(tool) && !words.includes(`larger for print: \`${tool}`));
    expect(prompt.needs).toEqual(expect.arrayContaining(spends));
  });

  test('edits what is there instead of drawing it anew, unless it begins with words', () => {
    if (name === 'campaign' || name === 'series') {
      return expect(words).toMatch(/edit it with fill_image; (make|draw) it anew only if/);
    }
    expect(words).toMatch(/(no|never|nothing|not)\b[^.]*generate_image/i);
    expect(calls).not.toContain('generate_image');
  });

  test('looks at a mask before it is paid for', () => {
    const masked = lines.findIndex((line) => /mask":"last"/.test(line));
    if (masked === -1) return;
    const made = lines.findIndex((line) => line.includes('`make_mask '));
    expect(made).toBeLessThan(masked);
    expect(lines[made]).toMatch(/costs nothing.*look at (its|the) preview/is);
  });

  test('asks before an unknown outcome is repeated, and repeats no running job', () => {
    expect(words).toMatch(/submit_unknown, Adobe may have charged: ask me before anything is repeated/);
    expect(words).toMatch(/running job, wait with job_status; never repeat the paid call/);
  });

  test('says where a batch saves by save_to: folder is where pictures are taken from', () => {
    const batches = [...words.matchAll(/`submit_batch (\{.*\})`/g)].map(([, json = '']) => JSON.parse(json) as object);
    for (const batch of batches) {
      expect(batch).toHaveProperty('save_to');
      expect(batch).not.toHaveProperty('folder');
    }
  });

  test('asks before it pays for a whole batch, with cost and time', () => {
    const paidBatch = lines.findIndex((line) => line.includes('`submit_batch ') && !line.includes('"dry_run":true'));
    if (paidBatch === -1) return;
    expect(lines[paidBatch]).toMatch(/After my yes/);
    expect(lines[paidBatch - 1]).toMatch(/tell me cost and time.*"dry_run":true/);
  });

  test('saves no file for a caller on another machine', () => {
    expect(wordsOf(prompt, false)).not.toMatch(/save_image|"folder"/);
  });
});
