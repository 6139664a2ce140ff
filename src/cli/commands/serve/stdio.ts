import { serveOverStdio } from '../../../mcp/stdio/serve-stdio.ts';
import { demoFlag, type Command } from '../../command.ts';
import { compose } from '../../composition/compose.ts';
import { configure } from '../../composition/configure.ts';
import { servingOptions } from '../../composition/serving-options.ts';
import { EXIT } from '../../exit-codes.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** Time for open calls to finish after SIGTERM, which hosts send some seconds after they have closed stdin. */
const GRACE_AFTER_SIGNAL_MS = 500;

export const stdio: Command = {
  usage: '[--demo]',
  description: `Serves MCP on stdin and stdout until the client closes them. Stdout carries protocol messages only; the log is on
stderr.`,
  flags: demoFlag,
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const configured = configure(flags, terminal);
    // Before the first response, since a client that reads it may send a signal at once.
    const interrupted = terminal.interrupted();
    const composition = compose({ ...configured, terminal });
    const serving = serveOverStdio(servingOptions(configured, composition, terminal));
    composition.recover();
    terminal.err(noticeOf(terminal));
    interrupted.addEventListener('abort', () => {
      // At the same time: the engine takes up to four seconds to end a request that is being sent.
      void composition.close(serving.close({ graceMs: GRACE_AFTER_SIGNAL_MS }));
    });
    await serving.closed;
    await composition.close();
    return EXIT.ok;
  },
};

/** A line for a person who started this and waits; empty for a host, which is no screen. */
export function noticeOf({ ask }: Pick<Terminal, 'ask'>): string {
  return ask ? 'Serving MCP, for a host that starts this itself: see firefly-mcp --help. Ctrl-C ends it.\n' : '';
}
