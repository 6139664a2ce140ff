import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSession, type RawAnswer, type Session } from '../raw.ts';

let session: Session;
beforeEach(async () => {
  session = await openSession();
});
afterEach(() => session.close());

interface Page {
  readonly custom_models: readonly Readonly<Record<string, unknown>>[];
  readonly _links: { readonly page: unknown; readonly next?: { readonly href: string } };
  readonly total_count: number;
}
const page = (answer: RawAnswer) => answer.json as Page;
const list = async (query = '') => session.get(`${session.emulator.apiOrigin}/v3/custom-models${query}`);
const column = async (query: string, name: string) => page(await list(query)).custom_models.map((model) => model[name]);

describe('the list of custom models', () => {
  test('has published style and subject models on both bases', async () => {
    const answer = await list();
    expect(answer.status).toBe(200);
    const models = page(answer).custom_models;
    expect(page(answer).total_count).toBe(models.length);
    expect(new Set(models.map((model) => model['publishedState']))).toEqual(new Set(['published']));
    expect(new Set(models.map((model) => model['trainingMode']))).toEqual(new Set(['style', 'subject']));
    const bases = models.map((model) => (model['baseModel'] as { name: string }).name);
    expect(new Set(bases).size).toBe(2);
    for (const model of models) {
      expect(model['assetId']).toMatch(/^urn:aaid:sc:/);
      expect(typeof model['createdDate']).toBe('number');
      if (model['trainingMode'] === 'subject')
        expect(model['samplePrompt']).toMatch(new RegExp(String(model['conceptId']), 'i'));
    }
  });

  test.each([
    ['assetName', 'assetName', 1],
    ['-assetName', 'assetName', -1],
    ['createdDate', 'createdDate', 1],
    ['-createdDate', 'createdDate', -1],
    ['modifiedDate', 'modifiedDate', 1],
    ['-modifiedDate', 'modifiedDate', -1],
  ])('is sorted by %s', async (sortBy, name, direction) => {
    const values = await column(`?sortBy=${sortBy}&publishedState=all`, name);
    const sorted = values.toSorted((a, b) => (a === b ? 0 : (a as string) < (b as string) ? -direction : direction));
    expect(values).toEqual(sorted);
    expect(values.length).toBeGreaterThan(3);
  });

  test('is sorted by modification date by default', async () => {
    expect(await column('', 'assetId')).toEqual(await column('?sortBy=modifiedDate', 'assetId'));
  });

  test('is filtered by state', async () => {
    const all = await column('?publishedState=all', 'assetId');
    const published = await column('?publishedState=published', 'assetId');
    const unpublished = await column('?publishedState=unpublished', 'assetId');
    expect(all.length).toBeGreaterThan(published.length);
    expect(unpublished).toHaveLength(1);
    for (const state of ['ready', 'queued', 'training', 'failed', 'cancelled']) {
      expect((await list(`?publishedState=${state}`)).status).toBe(200);
    }
  });

  test('has linked pages that hold each model once', async () => {
    for (let index = 0; index < 6; index += 1)
      session.emulator.control.addCustomModel({ displayName: `extra ${index}` });
    const seen: unknown[] = [];
    let next: string | undefined = '/v3/custom-models?start=0&limit=4&sortBy=assetName';
    let pages = 0;
    while (next !== undefined && pages < 10) {
      const answer = page(await session.get(new URL(next, session.emulator.apiOrigin).href));
      seen.push(...answer.custom_models.map((model) => model['assetId']));
      next = answer._links.next?.href;
      pages += 1;
    }
    expect(seen).toEqual(await column('?sortBy=assetName', 'assetId'));
    expect(new Set(seen).size).toBe(seen.length);
    expect(pages).toBe(Math.ceil(seen.length / 4));
  });

  test('is empty beyond its end', async () => {
    const answer = page(await list('?start=1000&limit=5'));
    expect([answer.custom_models, answer._links.next]).toEqual([[], undefined]);
  });

  test.each([
    '?limit=5',
    '?start=0&limit=0',
    '?start=0&limit=51',
    '?start=x&limit=5',
    '?sortBy=size',
    '?publishedState=no',
  ])('refuses the query %s in its own envelope', async (query) => {
    const answer = await list(query);
    expect([answer.status, answer.json]).toEqual([400, { reason: 'Bad Request', message: 'The request is invalid.' }]);
  });

  test('does not need x-request-id, and ignores unknown parameters', async () => {
    expect((await list('?colour=blue')).status).toBe(200);
  });

  test('has ISO dates if configured', async () => {
    const iso = await openSession({ modelDates: 'iso' });
    const answer = await iso.get(`${iso.emulator.apiOrigin}/v3/custom-models`);
    await iso.close();
    for (const model of page(answer).custom_models) expect(model['modifiedDate']).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });
});

test('a custom model that is added can be listed and used until a reset', async () => {
  const { control } = session.emulator;
  const { assetId } = control.addCustomModel({ displayName: 'Mine', trainingMode: 'subject', conceptId: 'gadget' });
  expect(await column('', 'assetId')).toContain(assetId);
  const custom = { 'x-model-version': 'image4_custom' };
  expect((await session.v3({ prompt: 'a', customModelId: assetId }, custom)).status).toBe(422);
  expect((await session.v3({ prompt: 'a gadget', customModelId: assetId }, custom)).status).toBe(202);
  const before = session.emulator.control.requests().length;
  expect(before).toBeGreaterThan(0);
  control.reset();
  expect(control.requests()).toEqual([]);
});
