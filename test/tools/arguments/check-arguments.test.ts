import { withoutAbsentTools } from '../../../src/render/absent-tools.ts';
import { tools } from '../../../src/tools/registry.ts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkArguments } from '../../../src/tools/arguments/check-arguments.ts';
import { resubmitJob } from '../../../src/tools/jobs/resubmit-job.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { echo } from '../../mcp/fixture/tools.ts';

/** What the caller is told, or undefined where the arguments are taken. */
function refusalOf(input: unknown, tool: Parameters<typeof checkArguments>[0] = echo): string | undefined {
  try {
    checkArguments(tool, input);
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error).toMatchObject({ code: 'invalid_argument', actor: 'caller' });
    return error.message;
  }
}

describe('a former name of an argument', () => {
  const paid = { name: 'paid', input: z.strictObject({ new_job: z.boolean().optional() }) };

  test('is read as the current name, which counts where both are given', () => {
    expect(checkArguments(paid, { again: true })).toEqual({ new_job: true });
    expect(checkArguments(paid, { new_job: false, again: true })).toEqual({ new_job: false });
    expect(refusalOf({ again: 'perhaps' }, paid)).toBe('"new_job" must be true or false, not "perhaps".');
  });

  test('is unknown to a tool that does not have the argument', () => {
    expect(refusalOf({ again: true, prompt: 'a' })).toContain('has no argument "again"');
  });
});

describe('checkArguments', () => {
  test.each([[{ prompt: 'a cat' }], [{ prompt: 'a cat', count: 4, model: 'image3', seeds: [1, 2], size: '10x10' }]])(
    'takes %j',
    (input) => {
      expect(refusalOf(input)).toBeUndefined();
    },
  );

  test.each([
    [{}, '"prompt" is required.'],
    [{ prompt: {} }, '"prompt" must be text, not an object.'],
    [{ prompt: 'x'.repeat(21) }, '"prompt" must have at most 20 characters, not 21.'],
    [{ prompt: 'a', count: 5 }, '"count" must be at most 4, not 5.'],
    [{ prompt: 'a', count: 0 }, '"count" must be at least 1, not 0.'],
    [{ prompt: 'a', count: 'two' }, '"count" must be a number, not "two".'],
    [{ prompt: 'a', count: 1.5 }, '"count" must be a whole number, not 1.5.'],
    [
      { prompt: 'a', model: 'image33' },
      '"model" must be one of image3, image4_standard, not "image33" (did you mean "image3"?).',
    ],
    [{ prompt: 'a', seeds: [1, 2, 3] }, '"seeds" must have at most 2 entries, not 3.'],
    [{ prompt: 'a', seeds: true }, '"seeds" must be a list, not true.'],
    [{ prompt: 'a', seeds: '[1, 2' }, '"seeds" must be a list, but its text is not valid JSON.'],
    [{ prompt: 'a', seeds: '1,2,3' }, '"seeds" must have at most 2 entries, not 3.'],
    [{ prompt: null }, '"prompt" is required.'],
    [{ prompt: 'a', seeds: ['x'] }, '"seeds[0]" must be a number, not "x".'],
    [{ prompt: 'a', size: 'big' }, '"size" must look like 2048x2048.'],
    [[], 'The arguments of echo must be an object.'],
    ['text', 'The arguments of echo must be an object.'],
  ])('refuses %j', (input, message) => {
    expect(refusalOf(input)).toBe(message);
  });

  test('refuses unknown names, suggests the nearest and lists all', () => {
    expect(refusalOf({ prompt: 'a', negativePrompt: 'b' })).toBe(
      'echo has no argument "negativePrompt". Did you mean "prompt"? It takes prompt, count, model, seeds, size.',
    );
    expect(refusalOf({ prompt: 'a', zzzzzzzzzzzz: 1 })).toBe(
      'echo has no argument "zzzzzzzzzzzz". It takes prompt, count, model, seeds, size.',
    );
  });

  test('refuses an unknown name once, also where the schema is strict itself', () => {
    const tool = { name: 'none', input: z.strictObject({}) };
    expect(refusalOf({ x: 1 }, tool)).toBe('none has no argument "x". It takes none.');
  });

  test('lists every wrong argument, five at most, and cleans what it quotes', () => {
    expect(refusalOf({ count: 9, promt: 'a' })).toBe(
      'echo has no argument "promt". Did you mean "prompt"? It takes prompt, count, model, seeds, size.' +
        ' "prompt" is required. "count" must be at most 4, not 9.',
    );
    const many = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`zz${index}`, 1]));
    expect(refusalOf({ prompt: 'a', ...many })).toContain('There are 3 more.');
    const quoted = refusalOf({ prompt: 'a', model: 'x\u202e\u001b[31m\nIgnore'.repeat(40) });
    for (const letter of ['\u202e', '\u001b', '\n']) expect(quoted).not.toContain(letter);
  });
});

describe('a refusal', () => {
  const limited = {
    name: 'limited',
    input: z.strictObject({ name: z.string().max(1), list: z.array(z.int()).min(1) }),
  };

  test('counts one character and one entry in the singular, and calls what is empty so', () => {
    expect(refusalOf({ name: 'ab', list: [] }, limited)).toBe(
      '"name" must have at most 1 character, not 2. "list" must not be empty.',
    );
  });

  test.each([[{}], [{ accept_possible_charge: false }], [{ extra: 1, accept_possible_charge: 'yes' }]])(
    'of %j leaves the consent to a second charge to the user',
    (given) => {
      const call = () => checkArguments(resubmitJob, { job: 'job_x', ...given });
      const next = expect.stringMatching(/^Ask the user whether a second charge is acceptable; only then /) as string;
      expect(call).toThrow(expect.objectContaining({ code: 'invalid_argument', next }) as Error);
      expect(call).toThrow('"accept_possible_charge" needs the consent of the user.');
      expect(call).not.toThrow('is required: true');
    },
  );

  test('of another argument asks to correct the call', () => {
    const next = expect.stringMatching(/^Correct the arguments/) as string;
    const call = () => checkArguments(resubmitJob, { job: 7, accept_possible_charge: true });
    expect(call).toThrow(expect.objectContaining({ next }) as Error);
  });
});

describe('the next step of a refused call', () => {
  const nextOf = (name: string, given: object): string => {
    const tool = tools.find((each) => each.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    try {
      tool.parse(given);
    } catch (error) {
      return (error as { next: string }).next;
    }
    throw new Error('it was not refused');
  };

  test.each<[string, object, RegExp]>([
    [
      'edit_image',
      { image: 'last', prompt: 'a', count: 3 },
      /^One call makes one; submit_batch makes several\. Correct/,
    ],
    ['generate_image', { prompt: 'a', n: 10 }, /^For more pictures.*use submit_batch\. Correct/],
    ['generate_image', { prompt: ['a', 'b'] }, /^A prompt is one text; submit_batch/],
    ['generate_image', { prompt: 'a', reference_image: 'b.png' }, /style_image.*structure_image; edit_image changes/],
    ['generate_image', { prompt: 'a', structure_strength: 0.8 }, /whole number of percent, such as 80/],
    ['vary_image', { image: 'last', prompt: 'in green' }, /takes no words; edit_image/],
    ['composite_image', { image: 'a.png', mask_shapes: [] }, /make_mask draws a mask, free/],
    ['upscale_image', { image: 'last', target_dpi: 150 }, /whole factor; save_image cuts and scales/],
    ['generate_video', { prompt: 'a', duration: 5 }, /^Every clip has five seconds/],
    ['fill_image', { image: 'a.png', select: 'background' }, /"person" with invert_mask true/],
    ['make_mask', { image: 'a.png', select: 'hair' }, /"person" with invert true/],
    ['save_image', { rotate: 90 }, /^Nothing here turns/],
    ['show_images', { job: 'job_a' }, /"job_…#1"/],
    ['list_images', { date: 'today' }, /^since and until say which days/],
    ['delete_images', { since: 'today', confirm: 'yes' }, /^confirm is true once the user has agreed/],
  ])('of %s with %j says what does that which was wanted', (name, given, words) => {
    expect(nextOf(name, given)).toMatch(words);
  });

  test('names tools only in clauses that can be left out where one is not offered', () => {
    const next = nextOf('edit_image', { image: 'last', prompt: 'a', count: 3 });
    expect(withoutAbsentTools(next, ['submit_batch'])).toMatch(/^One call makes one\. Correct/);
  });
});
