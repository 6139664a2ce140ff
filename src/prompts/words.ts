/** One step: what is done and why, and the call that does it. */
export interface Step {
  readonly say: string;
  readonly call?: string | undefined;
  /** What is to be done with the answer. */
  readonly after?: string | undefined;
}

/** A call as prompts write it, for a model to make. */
export function call(tool: string, input: Readonly<Record<string, unknown>>): string {
  return `\`${tool} ${JSON.stringify(input)}\``;
}

/** How a paid step may end, and what a model must not do then. */
const OUTCOMES = [
  'If a result names a running job, wait with job_status; never repeat the paid call.',
  'If one says submit_unknown, Adobe may have charged: ask me before anything is repeated, then use resubmit_job.',
];

/** The words of a prompt: the job, how it is to be done, its steps in order, and what holds for every paid step. */
export function promptWords(
  job: readonly string[],
  steps: readonly (Step | undefined)[],
  rules: readonly string[] = [],
): string {
  const listed = steps.filter((step) => step !== undefined);
  return [
    job.join(' '),
    '',
    ...listed.map((step, index) => `${index + 1}. ${inWords(step)}`),
    '',
    ...[...rules, ...OUTCOMES].map((rule) => `- ${rule}`),
  ].join('\n');
}

function inWords({ say, call: made, after }: Step): string {
  const first = made === undefined ? `${say}.` : `${say}: ${made}.`;
  return after === undefined ? first : `${first} ${after}`;
}

/** Looking at the user's picture: free, and the model sees what it talks about. */
export function look(image: string, after?: string): Step {
  return { say: 'Look at the picture', call: call('show_images', { image }), after };
}

/** Before and after on one sheet. */
export function compare(images: readonly string[]): Step {
  return { say: 'Show me both side by side', call: call('show_images', { images }) };
}

/** A mask that is looked at before it is paid for. */
export function maskFirst(input: Readonly<Record<string, unknown>>): Step {
  return {
    say: 'Make the mask, which costs nothing',
    call: call('make_mask', input),
    after:
      'Look at its preview: what is tinted will change. Where it is wrong, call make_mask again with from: "last" and points in belongs or stays, until it is right; ask me if in doubt. Only then go on.',
  };
}

/** A file of the last picture, where the caller can have one. */
export function save(savesFiles: boolean, name: string): Step | undefined {
  if (!savesFiles) return undefined;
  return { say: 'Save it once I like it', call: call('save_image', { image: 'last', name }) };
}
