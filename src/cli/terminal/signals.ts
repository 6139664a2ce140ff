/** The signals that end this process. */
export interface Signals {
  /** Resolves at a SIGINT that comes before a command listens, and never otherwise. */
  readonly early: Promise<void>;
  /** As `Terminal.interrupted`. */
  listen(options?: { readonly survivesHangUp?: boolean }): AbortSignal;
}

/** Listens to the signals of this process, from now on. */
export function processSignals(): Signals {
  let onEarly: () => void = () => undefined;
  const early = new Promise<void>((resolve) => (onEarly = resolve));
  process.once('SIGINT', onEarly);
  let signal: AbortSignal | undefined;
  return {
    early,
    listen: (options) => {
      signal ??= interruption(options);
      // Only now: without any listener the signal would end the process without a word.
      process.off('SIGINT', onEarly);
      return signal;
    },
  };
}

function interruption({ survivesHangUp = false }: { readonly survivesHangUp?: boolean } = {}): AbortSignal {
  const controller = new AbortController();
  // Without a listener the signal ends the process at once, under `nohup` too: Node restores its default action.
  process.on('SIGHUP', () => {
    if (!survivesHangUp) controller.abort(new Error('SIGHUP'));
  });
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // `once`: a second signal finds no listener and ends the process.
    process.once(name, () => controller.abort(new Error(name)));
  }
  return controller.signal;
}
