import { z } from 'zod';
import { CustomModel } from '../contract/custom-models.ts';
import type { CustomModelsQuery } from '../contract/custom-models.ts';
import { isRecord } from '../../shared/text/json.ts';
import { parseRecord, quoteForeign } from '../http/answer/error-body.ts';
import type { CustomModelsPage } from '../types.ts';
import { defineFree } from './endpoint.ts';

/** Lists the custom models that are shared with the credentials. */
export const customModels = defineFree({ operation: 'getCustomModels', method: 'GET', path: '/v3/custom-models' });

const Links = z.looseObject({ next: z.looseObject({ href: z.string() }) });
const WRAPPERS = ['custom_models', 'customModels', 'models'];

/** URL of the list; adds the `start` that Adobe requires with `limit`. */
export function customModelsUrl(query: CustomModelsQuery, apiOrigin: string): URL {
  const url = new URL(customModels.path, apiOrigin);
  const start = query.start ?? (query.limit === undefined ? undefined : '0');
  for (const [name, value] of Object.entries({ ...query, start })) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/**
 * Reads one page of models; undefined if the answer holds no list. Models without an id are skipped. Every text is
 * cleaned and freed of `secrets`, except the id, which must be sent back to Adobe unchanged.
 */
export function readCustomModels(
  text: string,
  query: CustomModelsQuery,
  secrets: readonly string[],
): CustomModelsPage | undefined {
  const body = parseRecord(text);
  const list = WRAPPERS.map((name) => body?.[name]).find((value) => Array.isArray(value));
  if (!body || !Array.isArray(list)) return undefined;
  const total = typeof body['total_count'] === 'number' ? body['total_count'] : undefined;
  const models = list.flatMap((value) => readModel(value, secrets));
  return { models, total, nextStart: nextStart(body['_links'], list.length, total, query) };
}

/** Reads the known fields; a field of the wrong type is dropped, the model is kept. */
function readModel(value: unknown, secrets: readonly string[]): CustomModel[] {
  if (!isRecord(value)) return [];
  const known = Object.entries(CustomModel.shape).flatMap(([name, schema]) => {
    const field = schema.safeParse(value[name]);
    return field.success && field.data !== undefined ? [[name, cleanField(name, field.data, secrets)] as const] : [];
  });
  const model = CustomModel.parse(Object.fromEntries(known));
  const assetId = model.assetId ?? model['repo:assetId'];
  return assetId === undefined ? [] : [{ ...model, assetId }];
}

function cleanField(name: string, value: unknown, secrets: readonly string[]): unknown {
  const quote = (text: string, limit?: number) => quoteForeign(text, secrets, limit);
  if (name === 'assetId' || name === 'repo:assetId') return value;
  if (typeof value === 'string') return quote(value, name === 'samplePrompt' ? 1024 : undefined);
  if (!isRecord(value)) return value;
  const texts = Object.entries(value).filter(([, part]) => typeof part === 'string');
  return Object.fromEntries(texts.map(([key, part]) => [quote(key), quote(String(part))]));
}

/** `start` of the next page by Adobe's `next` link, else by the total. Never that of the current page. */
function nextStart(
  links: unknown,
  count: number,
  total: number | undefined,
  { start = '0' }: CustomModelsQuery,
): string | undefined {
  const parsed = Links.safeParse(links);
  const href = parsed.success ? parsed.data.next.href : undefined;
  const linked =
    href !== undefined && URL.canParse(href, 'https://relative.invalid')
      ? new URL(href, 'https://relative.invalid').searchParams.get('start')
      : null;
  if (linked !== null) return linked === '' || linked === start ? undefined : linked;
  const reached = Number(start) + count;
  return total !== undefined && count > 0 && Number.isInteger(reached) && reached < total ? String(reached) : undefined;
}
