import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { COMMANDS } from '../../src/cli/commands/registry.ts';
import { instructionsWithout } from '../../src/mcp/offer/instructions.ts';
import { describeTools } from '../../src/tools/definition/catalogue.ts';
import { tools } from '../../src/tools/registry.ts';
import { fakeTerminal } from '../cli/fake-terminal.ts';
import { ROOT, sourceFiles } from '../architecture/source-files.ts';

/** Words that no shown text has, with what is said in their place. */
const FORBIDDEN: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\b(the|a|another|this|your|each) callers?\b|\bcallers\b/i, 'you, the assistant, the client'],
  [/\bask the person\b|\bthe person (agrees|agreed|accepts|has)\b/i, 'you, or "the user" to the assistant'],
  [/\b(ask|tell|show|for|by|to) the (LLM|AI|agent|bot)\b/i, 'the assistant'],
  [/\bmade by the emulator\b/i, 'placeholder pictures, drawn by the emulator'],
  [/\b(spends?|costs?|spent|pay|pays|paid for|charged?) (\d+|one|a|each) paid requests?\b/i, 'operations, for money'],
  [/\bpaid_requests\b/, 'cost'],
];

const ANSWERS = join(import.meta.dirname, 'answers');

function answers(): readonly (readonly [name: string, text: string])[] {
  return readdirSync(ANSWERS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt'))
    .map((name) => [name, readFileSync(join(ANSWERS, name), 'utf8')]);
}

/** Texts within quotes of the product: messages, next steps, helps. Code in between is not shown. */
function messages(): readonly (readonly [name: string, text: string])[] {
  return sourceFiles().map(({ path, text }) => {
    const quoted = text
      .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      .matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g);
    return [path, [...quoted].map(([, a, b, c]) => a ?? b ?? c ?? '').join('\n')];
  });
}

async function helps(): Promise<readonly (readonly [name: string, text: string])[]> {
  const names = ['', ...Object.keys(COMMANDS)];
  return Promise.all(
    names.map(async (name) => {
      const terminal = fakeTerminal([name, '--help'].filter((word) => word !== ''));
      await main(terminal);
      return [`${name} --help`, terminal.output.out] as const;
    }),
  );
}

test('no text that is shown says what it should say in other words', async () => {
  const texts = [
    ...answers(),
    ...messages(),
    ...(await helps()),
    ['README.md', readFileSync(join(ROOT, 'README.md'), 'utf8')] as const,
    ['tools/list', JSON.stringify(describeTools())] as const,
    ['instructions', instructionsWithout([])] as const,
  ];
  expect(texts.length).toBeGreaterThan(200);
  const found = texts.flatMap(([name, text]) =>
    FORBIDDEN.flatMap(([words, instead]) => {
      const hit = words.exec(text);
      return hit === null ? [] : [`${name}: "${hit[0]}"; say: ${instead}`];
    }),
  );
  expect(found).toEqual([]);
});

test('instructions of a server that only reads name no tool that spends, and no spending', () => {
  const absent = tools.filter(({ intent }) => intent !== 'read').map(({ name }) => name);
  const text = instructionsWithout(absent);
  for (const name of absent) expect(text).not.toContain(name);
  expect(text).not.toMatch(/paid|operation|charged|spend/i);
  expect(text).toContain('list_images');
});
