import { expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { fakeTerminal } from '../fake-terminal.ts';

/** Exit code and stderr of a command that only reads its configuration, with these defaults. */
async function withDefaults(text: string) {
  const terminal = fakeTerminal(['jobs'], { env: { FIREFLY_DEFAULTS: text, FIREFLY_HOME: '/nowhere/at/all' } });
  const code = await main(terminal);
  return { code, err: terminal.output.err };
}

test.each([
  ['modle=image5', /names "modle", which can have no default. Did you mean model\? It takes model, custom_model/],
  ['model=image9', /sets model, which must be one of image3, image4_standard, image4_ultra, image5, not "image9"/],
  ['count=9', /sets count, which must be a whole number from 1 to 4, not "9"/],
  ['style_strength=500', /from 1 to 100, not "500"/],
  ['aspect_ratio=banana', /sets aspect_ratio, which must be one of 1:1, .*not "banana"/],
  ['style_presets=watercolor,flat_desing', /sets style_presets, .*not "watercolor,flat_desing".*flat_design/],
  ['size=2048x2048 aspect_ratio=1:1', /sets both size and aspect_ratio/],
  ['confirm=true', /names "confirm", which can have no default/],
  ['prompt=cat', /names "prompt", which can have no default/],
  ['model image5', /must be pairs such as model=image5 aspect_ratio=16:9; received "model image5"/],
  ['model=', /must be pairs/],
  [`locale=${'x'.repeat(40)}`, /sets locale, which has at most 35 characters, not 40/],
])('FIREFLY_DEFAULTS %s ends with exit code 78 and one line that says what is wrong', async (text, fault) => {
  const { code, err } = await withDefaults(text);
  expect(code).toBe(78);
  expect(err).toMatch(fault);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test.each([
  'none',
  'model=image5 aspect_ratio=16:9',
  'model=image5, aspect_ratio=16:9',
  'negative_prompt="text, blur" count=2',
])('FIREFLY_DEFAULTS %s is taken', async (text) => {
  const { err } = await withDefaults(text);
  expect(err).not.toContain('FIREFLY_DEFAULTS');
});
