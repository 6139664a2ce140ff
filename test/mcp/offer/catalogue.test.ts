import { describe, expect, test } from 'vitest';
import { evaluateCatalogue } from '../../../build.mjs';
import { catalogue, defaultable, toolsets } from '../../../src/mcp/offer/catalogue.ts';
import { tools } from '../../../src/tools/registry.ts';

describe('the catalogue', () => {
  test('that the build evaluates equals the tool definitions', { tags: 'long' }, async () => {
    expect(await evaluateCatalogue()).toEqual({ catalogue, defaultable, toolsets });
  });

  test('is plain JSON and has every tool once', () => {
    expect(JSON.parse(JSON.stringify(catalogue))).toEqual(catalogue);
    expect(catalogue.map((tool) => tool.name)).toEqual(tools.map((tool) => tool.name));
    expect(new Set(catalogue.map((tool) => tool.name)).size).toBe(catalogue.length);
  });

  test('knows the set of every tool', () => {
    expect(toolsets).toEqual(Object.fromEntries(tools.map(({ name, toolset }) => [name, toolset])));
  });

  // The v1 client checks structured content against the output schema on errors too.
  test('has output schemas that accept a result with nothing but an error', () => {
    for (const { name, outputSchema } of catalogue) expect(outputSchema?.['required'] ?? [], name).toEqual([]);
  });
});
