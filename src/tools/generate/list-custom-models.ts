import { z } from 'zod';
import { renderModels } from '../../render/models.ts';
import { isoTime } from '../../render/phrases.ts';
import { ModelsResult } from '../../render/schemas.ts';
import { type KnownModel, listModels } from './custom-models.ts';
import { defineTool } from '../definition/define.ts';

const STATES = ['published', 'unpublished', 'ready', 'queued', 'training', 'failed', 'cancelled', 'all'] as const;

/** Lists custom models by name, training mode and state (OpenAPI `getCustomModels`). */
export const listCustomModels = defineTool({
  name: 'list_custom_models',
  title: 'List custom models',
  toolset: 'core',
  description:
    'Lists custom Firefly models (trained on a brand, style or subject) that these credentials may use. Costs nothing. Pass one as custom_model to generate_image.',
  intent: 'read',
  idempotent: true,
  openWorld: true,
  input: z.strictObject({
    query: z.string().max(200).optional().describe('Only names with this in them.'),
    training_mode: z.enum(['style', 'subject']).optional().describe('Default both.'),
    published_state: z.enum(STATES).optional().describe('Default published.'),
    start: z.int().min(0).optional().describe('Models to skip, from next_start; default 0.'),
    limit: z.int().min(1).max(50).optional().describe('Most models, 1-50; default 20.'),
  }),
  output: ModelsResult,
  outline: ModelsResult.pick({ models: true, total: true, next_start: true }),
  async handler({ query = '', training_mode, published_state = 'published', start = 0, limit = 20 }, call) {
    const { firefly } = await call.services();
    const { models, complete } = await listModels(firefly, published_state, call);
    const wanted = query.trim().toLowerCase();
    const found = models.filter(
      (model) =>
        (training_mode === undefined || model.trainingMode === training_mode) &&
        (wanted === '' || model.aliases.some((name) => name.toLowerCase().includes(wanted))),
    );
    return renderModels({
      models: found.slice(start, start + limit).map(entry),
      total: found.length,
      nextStart: start + limit < found.length ? start + limit : undefined,
      warnings: complete ? [] : [`Only the ${models.length} newest models were searched; there are more.`],
      demo: call.settings.demo,
    });
  },
});

function entry(model: KnownModel) {
  return {
    custom_model: model.assetId,
    name: model.name,
    training_mode: model.trainingMode,
    concept: model.trainingMode === 'subject' ? model.concept : undefined,
    base_model: model.baseModel,
    model_header: model.header ?? 'image4_custom',
    published_state: model.publishedState,
    sample_prompt: model.samplePrompt,
    modified_at: model.modifiedAt === undefined ? undefined : isoTime(model.modifiedAt),
  };
}
