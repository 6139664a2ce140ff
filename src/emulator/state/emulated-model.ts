/** A custom model as the emulator stores it. Dates are epoch milliseconds. */
export interface EmulatedModel {
  readonly assetId: string;
  readonly displayName: string;
  readonly trainingMode: 'subject' | 'style';
  /** Text that a prompt must contain; empty unless the model was trained on a subject. */
  readonly conceptId: string;
  readonly publishedState: 'never' | 'published' | 'unpublished';
  /** State of the training; visible through the filter of the list only. */
  readonly training: 'ready' | 'queued' | 'training' | 'failed' | 'cancelled';
  readonly baseModel: { readonly name: string; readonly version: string };
  readonly samplePrompt: string;
  readonly size: number;
  readonly createdDate: number;
  readonly modifiedDate: number;
}
