import { z } from 'zod';

/** Query of `GET /v3/custom-models`. `limit` needs `start`. */
export const CustomModelsQuery = z.strictObject({
  sortBy: z
    .enum(['assetName', '-assetName', 'createdDate', '-createdDate', 'modifiedDate', '-modifiedDate'])
    .optional(),
  start: z.string().optional(),
  limit: z.int().min(1).max(50).optional(),
  publishedState: z
    .enum(['all', 'ready', 'published', 'unpublished', 'queued', 'training', 'failed', 'cancelled'])
    .optional(),
});
export type CustomModelsQuery = z.infer<typeof CustomModelsQuery>;

/** One model. Dates are ISO text (specified) or epoch milliseconds (Adobe's sample). */
export const CustomModel = z.looseObject({
  assetId: z.string().optional(),
  'repo:assetId': z.string().optional(),
  assetName: z.string().optional(),
  displayName: z.string().optional(),
  version: z.string().optional(),
  trainingMode: z.string().optional(),
  publishedState: z.string().optional(),
  samplePrompt: z.string().optional(),
  conceptId: z.string().optional(),
  mediaType: z.string().optional(),
  size: z.number().optional(),
  etag: z.string().optional(),
  createdDate: z.union([z.string(), z.number()]).optional(),
  modifiedDate: z.union([z.string(), z.number()]).optional(),
  baseModel: z.looseObject({ name: z.string().optional(), version: z.string().optional() }).optional(),
});
export type CustomModel = z.infer<typeof CustomModel>;

const PageLink = z.looseObject({
  href: z.string().optional(),
  rel: z.string().optional(),
  templated: z.boolean().optional(),
});

/** Body of `GET /v3/custom-models`. OpenAPI `CustomModelsFF3pInfo`. */
export const CustomModelsResponse = z.looseObject({
  custom_models: z.array(CustomModel),
  _links: z
    .looseObject({
      page: PageLink.optional(),
      next: PageLink.optional(),
    })
    .optional(),
  total_count: z.number().optional(),
});
export type CustomModelsResponse = z.infer<typeof CustomModelsResponse>;
