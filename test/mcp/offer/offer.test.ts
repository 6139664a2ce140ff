import { describe, expect, test } from 'vitest';
import { catalogue, toolsets } from '../../../src/mcp/offer/catalogue.ts';
import { offerTools } from '../../../src/mcp/offer/offer.ts';
import { TOOLSETS } from '../../../src/shared/toolsets.ts';
import { namesAny, OFFERS } from '../../catalogue/offers.ts';

describe.each(OFFERS.map((offer) => [offer.name, offer] as const))('an installation with %s', (_name, offer) => {
  test('describes its tools without those that it leaves out', () => {
    expect(offer.catalogue.length).toBeGreaterThan(3);
    expect(offer.catalogue.length + offer.absentTools.length).toBe(catalogue.length);
    for (const tool of offer.catalogue) {
      expect(namesAny(JSON.stringify(tool), offer.absentTools), tool.name).toBe(false);
      expect(tool.description).toMatch(/^[A-Z][^]*\.$/);
    }
  });
});

describe('a set of tools', () => {
  test.each(TOOLSETS)('%s alone keeps the first sentence and every argument of each of its tools', (set) => {
    const { catalogue: offered } = offerTools(catalogue, ({ name }) => toolsets[name] === set);
    for (const tool of offered) {
      const whole = catalogue.find(({ name }) => name === tool.name);
      const [sentence = ''] = whole?.description.split(/(?<=[.;])\s/) ?? [];
      expect(tool.description.startsWith(sentence.replace(/;$/, ''))).toBe(true);
      expect(Object.keys(tool.inputSchema['properties'] ?? {})).toEqual(
        Object.keys(whole?.inputSchema['properties'] ?? {}),
      );
      expect(JSON.stringify(tool.inputSchema)).not.toContain('"description":""');
    }
  });

  test('leaves the whole list as it is where every set is offered', () => {
    expect(offerTools(catalogue, () => true)).toEqual({ catalogue, absentTools: [] });
  });
});
