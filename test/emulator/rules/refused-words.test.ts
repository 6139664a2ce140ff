import { describe, expect, test } from 'vitest';
import { refusalFor } from '../../../src/emulator/rules/refused-words.ts';
import { openSession } from '../raw.ts';

describe('a prompt with a known name or an unsafe word', () => {
  test.each([
    ['prompt_entity_denied', 'a poster with the real Mickey Mouse'],
    ['prompt_entity_denied', 'MICKEY-MOUSE and friends'],
    ['prompt_entity_denied', 'spiderman on a roof'],
    ['prompt_entity_denied', 'a can of coca cola.'],
    ['prompt_unsafe', 'our team naked in the shower'],
    ['prompt_unsafe', 'a wolf with its throat cut'],
    [undefined, 'a mouse with a cheese'],
    [undefined, 'a man with a bat'],
    [undefined, 'Supermanuela, a denuded hill, a gorevale'],
    [undefined, ''],
  ] as const)('is refused with %s: %s', (code, prompt) => {
    expect(refusalFor(prompt)).toBe(code);
  });

  test('is refused at submit as Adobe documents it, and starts no job', async () => {
    const session = await openSession();
    try {
      const prompt = 'Mickey Mouse eating a croissant';
      const [v3, v4] = [await session.v3({ prompt }), await session.v4({ prompt })];
      expect([v3.status, v3.json]).toEqual([422, { error_code: 'prompt_entity_denied' }]);
      expect([v4.status, v4.json]).toMatchObject([451, { error_code: 'prompt_entity_denied' }]);
      expect(session.emulator.control.jobs()).toEqual([]);
    } finally {
      await session.close();
    }
  });
});
