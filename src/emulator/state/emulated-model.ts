/** A custom model as the emulator keeps it. Dates in epoch milliseconds. */
export interface EmulatedModel {
  readonly assetId: string;
  readonly displayName: string;
  readonly trainingMode: 'subject' | 'style';
  /** What the prompt must contain; empty unless trained on a subject. */
  readonly conceptId: string;
  readonly publishedState: 'never' | 'published' | 'unpublished';
  /** Where its training stands; only the filter of the list shows it. */
  readonly training: 'ready' | 'queued' | 'training' | 'failed' | 'cancelled';
  readonly baseModel: { readonly name: string; readonly version: string };
  readonly samplePrompt: string;
  readonly size: number;
  readonly createdDate: number;
  readonly modifiedDate: number;
}
