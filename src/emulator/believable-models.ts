const DAY_MS = 86_400_000;

/** A custom model as the emulator keeps it; dates in epoch milliseconds. Names as in OpenAPI `CustomModelFF3pInfo`. */
export interface EmulatedModel {
  readonly version: string;
  readonly assetName: string;
  readonly displayName: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  readonly trainingMode: 'subject' | 'style';
  readonly assetId: string;
  readonly mediaType: string;
  readonly createdDate: number;
  readonly modifiedDate: number;
  readonly publishedState: 'never' | 'published' | 'unpublished';
  readonly baseModel: { readonly name: string; readonly version: string };
  readonly samplePrompt: string;
  /** The word that stands for the subject; a prompt for a subject model must hold it. */
  readonly conceptId?: string | undefined;
}

/** A handful of models as an organisation may have them: both training modes, both generations, one unpublished. */
export function believableModels(now: number): readonly EmulatedModel[] {
  const image3 = { name: 'image3', version: '3.0' };
  const image4 = { name: 'image4', version: '4.0' };
  return [
    model(1, now - 9 * DAY_MS, {
      assetName: 'harbour-watercolour',
      displayName: 'Harbour watercolour',
      trainingMode: 'style',
      baseModel: image4,
      samplePrompt: 'a fishing village at dawn',
    }),
    model(2, now - 16 * DAY_MS, {
      assetName: 'trail-bottle',
      displayName: 'Trail bottle',
      trainingMode: 'subject',
      baseModel: image4,
      samplePrompt: 'a trailbottle on a mossy rock',
      conceptId: 'trailbottle',
    }),
    model(3, now - 120 * DAY_MS, {
      assetName: 'paper-cut-botanicals',
      displayName: 'Paper-cut botanicals',
      trainingMode: 'style',
      baseModel: image3,
      samplePrompt: 'ferns and foxgloves',
    }),
    model(4, now - 200 * DAY_MS, {
      assetName: 'otto-mascot',
      displayName: 'Otto the otter',
      trainingMode: 'subject',
      baseModel: image3,
      samplePrompt: 'ottomascot waving from a rowing boat',
      conceptId: 'ottomascot',
    }),
    model(5, now - 2 * DAY_MS, {
      assetName: 'night-market-draft',
      displayName: 'Night market (draft)',
      trainingMode: 'style',
      baseModel: image4,
      samplePrompt: 'a lantern-lit street',
      publishedState: 'unpublished',
    }),
  ];
}

type Special = Pick<
  EmulatedModel,
  'assetName' | 'displayName' | 'trainingMode' | 'baseModel' | 'samplePrompt' | 'conceptId'
> &
  Partial<EmulatedModel>;

/** A whole model from what is special about it. `serial` gives it its own id. */
export function model(serial: number, modifiedAt: number, special: Special): EmulatedModel {
  const tail = String(serial).padStart(12, '0');
  return {
    version: '1',
    size: 218_103_808 + serial * 4096,
    etag: `"emu-${serial}"`,
    assetId: `urn:aaid:sc:US:e0000000-0000-4000-8000-${tail}`,
    mediaType: 'application/vnd.adobe.ff.custommodel+dcx',
    createdDate: modifiedAt - 3 * DAY_MS,
    modifiedDate: modifiedAt,
    publishedState: 'published',
    ...special,
  };
}
