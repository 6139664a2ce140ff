import { describe, expect, test } from 'vitest';
import { evaluateCatalogue } from '../../build.mjs';
import { catalogue } from '../../src/mcp/catalogue.ts';
import { tools } from '../../src/tools/registry.ts';

describe('the catalogue', () => {
  test('as the build makes it ready equals what the definitions say', async () => {
    expect(await evaluateCatalogue()).toEqual(catalogue);
  });

  test('is plain JSON, and names every tool once', () => {
    expect(JSON.parse(JSON.stringify(catalogue))).toEqual(catalogue);
    expect(catalogue.map((tool) => tool.name)).toEqual(tools.map((tool) => tool.name));
    expect(new Set(catalogue.map((tool) => tool.name)).size).toBe(catalogue.length);
  });

  test('leaves room under 32 kB for the tools to come', () => {
    expect(Buffer.byteLength(JSON.stringify({ tools: catalogue }))).toBeLessThan(26 * 1024);
  });

  // The v1 client checks structured content against the output schema on errors too.
  test('output schemas admit a result that is an error alone', () => {
    for (const { name, outputSchema } of catalogue) {
      if (outputSchema === undefined) continue;
      expect(outputSchema['required'] ?? [], name).toEqual([]);
      expect(outputSchema['properties'], name).toHaveProperty('error');
    }
  });
});
