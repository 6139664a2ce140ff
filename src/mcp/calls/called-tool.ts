/** A tool call that has ended: answered, with a defect of ours behind the answer, or with a question for a person. */
export interface CalledTool {
  readonly tool: string;
  readonly outcome: 'ok' | 'error' | 'defect' | 'asked';
  /** Milliseconds. */
  readonly ms: number;
}
