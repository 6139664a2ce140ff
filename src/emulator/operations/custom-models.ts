import { CustomModelsQuery, CustomModelsResponse } from '../../firefly/contract/custom-models.ts';
import { wireModel } from '../state/custom-models.ts';
import * as errors from '../http/errors/errors.ts';
import { type Call, defineOperation } from './operation.ts';

/** Default page size: the largest that may be requested (OpenAPI `limit`: at most 50). */
const MAX_PAGE = 50;

interface Input {
  readonly query: CustomModelsQuery;
  readonly start: number;
}

/** Lists the custom models that are shared with the credentials, by page. */
export const customModels = defineOperation<Input>({
  id: 'getCustomModels',
  method: 'GET',
  path: '/v3/custom-models',
  origins: ['api'],
  phase: 'custom-models',
  envelope: 'reason',
  gated: true,
  paid: false,
  answers: { 200: CustomModelsResponse },
  read: (call) => {
    const query = readQuery(call);
    // OpenAPI: `start` is required if a limit is given.
    if (query.limit !== undefined && query.start === undefined) throw errors.reason(400);
    const start = Number(query.start ?? '0');
    if (!Number.isSafeInteger(start) || start < 0) throw errors.reason(400);
    return { query, start };
  },
  handle: ({ query, start }, { context }) => {
    const { sortBy = 'modifiedDate', limit = MAX_PAGE, publishedState = 'published' } = query;
    const all = context.models.list({ sortBy, publishedState });
    const page = all.slice(start, start + limit);
    const end = start + page.length;
    const path = '/v3/custom-models';
    const rest = `sortBy=${sortBy}&publishedState=${publishedState}`;
    const next = { href: `${path}?start=${end}&limit=${limit}&${rest}`, rel: 'next', templated: false };
    return {
      status: 200,
      content: {
        json: {
          custom_models: page.map((model) => wireModel(model, context.settings.modelDates)),
          _links: {
            page: { href: `${path}?start={start}&limit={limit}`, rel: 'page', templated: true },
            ...(page.length > 0 && end < all.length ? { next } : {}),
          },
          total_count: all.length,
        },
      },
    };
  },
});

/** The validated query; unknown parameters are ignored. */
function readQuery({ url }: Call): CustomModelsQuery {
  const given = Object.keys(CustomModelsQuery.shape).flatMap((name) => {
    const value = url.searchParams.get(name);
    return value === null ? [] : [[name, name === 'limit' ? wholeNumber(value) : value] as const];
  });
  const parsed = CustomModelsQuery.safeParse(Object.fromEntries(given));
  if (!parsed.success) throw errors.reason(400);
  return parsed.data;
}

function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}
