import type { CustomModel } from '../../firefly/contract/custom-models.ts';
import type { Random } from '../../shared/random.ts';
import { INITIAL_MODELS } from './custom-model-samples.ts';
import type { EmulatedModel } from './emulated-model.ts';

/** The custom models of one emulator. */
export class ModelStore {
  readonly #random: Random;
  #models: readonly EmulatedModel[] = INITIAL_MODELS;

  constructor(random: Random) {
    this.#random = random;
  }

  get count(): number {
    return this.#models.length;
  }

  find(assetId: string): EmulatedModel | undefined {
    return this.#models.find((model) => model.assetId === assetId);
  }

  /** Adds a model; missing fields are those of a published style model on Image 4. */
  add(fields: Partial<EmulatedModel>): EmulatedModel {
    const uuid = this.#random.uuid();
    const time = Date.UTC(2026, 0, 1) + this.#models.length * 60_000;
    const model: EmulatedModel = {
      assetId: `urn:aaid:sc:EMU01:${uuid}`,
      displayName: `Model ${uuid.slice(0, 4)}`,
      trainingMode: 'style',
      conceptId: '',
      publishedState: 'published',
      training: 'ready',
      baseModel: { name: 'image4_custom', version: '1.0.0' },
      samplePrompt: 'A quiet street after rain',
      size: 16_513_991_265,
      createdDate: time,
      modifiedDate: time,
      ...fields,
    };
    this.#models = [...this.#models, model];
    return model;
  }

  /** Models in `publishedState`, sorted by the field `sortBy`; a leading `-` sorts in descending order. */
  list({ sortBy, publishedState }: { sortBy: string; publishedState: string }): readonly EmulatedModel[] {
    const key = sortBy.replace(/^-/, '');
    const direction = sortBy.startsWith('-') ? -1 : 1;
    return this.#models
      .filter((model) => inState(model, publishedState))
      .toSorted((a, b) => direction * (compare(a, b, key) || a.assetId.localeCompare(b.assetId)));
  }

  clear(): void {
    this.#models = INITIAL_MODELS;
  }
}

/** A model in the wire format. Adobe's sample has epoch milliseconds for dates, its OpenAPI specifies ISO text. */
export function wireModel(model: EmulatedModel, dates: 'epoch' | 'iso'): CustomModel {
  const date = (time: number) => (dates === 'iso' ? new Date(time).toISOString() : time);
  const { training: _training, createdDate, modifiedDate, ...known } = model;
  return {
    version: '1',
    assetName: assetName(model),
    etag: `"${Buffer.from(model.assetId).toString('hex').slice(-32)}"`,
    mediaType: 'application/vnd.adobe.ffmodel+dcx',
    ...known,
    createdDate: date(createdDate),
    modifiedDate: date(modifiedDate),
  };
}

function assetName({ displayName }: EmulatedModel): string {
  return `${displayName}.ffcustommodel`;
}

function inState(model: EmulatedModel, state: string): boolean {
  if (state === 'all') return true;
  return state === 'published' || state === 'unpublished' ? model.publishedState === state : model.training === state;
}

function compare(a: EmulatedModel, b: EmulatedModel, key: string): number {
  if (key === 'assetName') return assetName(a).localeCompare(assetName(b));
  return key === 'createdDate' ? a.createdDate - b.createdDate : a.modifiedDate - b.modifiedDate;
}
