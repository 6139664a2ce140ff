import { LOCAL } from '../../../shared/caller.ts';
import { demoFlag, type Command } from '../../command.ts';
import { compose } from '../../composition/compose.ts';
import { configure } from '../../composition/configure.ts';
import { servingOptions } from '../../composition/serving-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { openBrowser } from '../../terminal/open-browser.ts';
import { untilAborted } from '../../terminal/until-aborted.ts';

/** Time for open calls to finish after SIGTERM, as with `http`. */
const GRACE_AFTER_SIGNAL_MS = 2_000;
/** Time in which the browser has to come: a slow one takes some seconds to start. */
const OPENING_MS = 60_000;
/** Time for a person to copy the address. */
const COPYING_MS = 10 * 60_000;
/** Bytes of the key that signs links to pictures: those end with the server, as its sessions do. */
const KEY_BYTES = 32;

export const studio: Command = {
  usage: '[--demo] [--no-open]',
  description: `Opens the studio in the browser: jobs as they go, pictures side by side, masks to paint, the library.
It is served to this machine only, on a free port, until Ctrl-C. The browser is signed in by an address that works once.`,
  flags: {
    'no-open': { type: 'boolean', help: 'Only print the address, which is good for ten minutes.' },
    ...demoFlag,
  },
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const configured = configure(flags, terminal);
    // Before the first output, since a program that reads it may send a signal at once.
    const interrupted = terminal.interrupted();
    const { serveOverHttp } = await import('../../../mcp/http/serve-http.ts');
    const { Signer } = await import('../../../mcp/http/signing/signer.ts');
    const composition = compose({ ...configured, terminal });
    try {
      const signer = new Signer([terminal.random.bytes(KEY_BYTES)]);
      const options = servingOptions(configured, composition, terminal);
      const serving = await serveOverHttp({ ...options, host: '127.0.0.1', port: 0, signer });
      composition.recover();
      const isWished = flags.booleans.has('no-open');
      const isOpened = !isWished && (await openBrowser(serving.studioFor(LOCAL, OPENING_MS), terminal));
      const isShown = isWished || terminal.errScreen !== undefined;
      terminal.err(
        invitation({ isWished, isOpened, address: isShown ? serving.studioFor(LOCAL, COPYING_MS) : undefined }),
      );
      await untilAborted(interrupted);
      await composition.close(serving.close({ graceMs: GRACE_AFTER_SIGNAL_MS }));
      return EXIT.ok;
    } finally {
      await composition.close();
    }
  },
};

/**
 * How the person gets in. The address holds a code: outside of a screen, where a log may be, it is printed only where
 * `--no-open` wishes for it.
 */
export function invitation({
  isWished,
  isOpened,
  address,
}: {
  readonly isWished: boolean;
  readonly isOpened: boolean;
  readonly address: string | undefined;
}): string {
  const asked = isOpened
    ? 'Your browser was asked to open the studio. '
    : isWished
      ? ''
      : 'No browser could be opened. ';
  const otherwise = isOpened ? 'If it shows nothing, open' : 'Open';
  const way =
    address === undefined
      ? `${isOpened ? 'If it shows nothing, start' : 'Start'} "firefly-mcp studio --no-open", which prints an address.`
      : `${otherwise} this address, which works once: ${address}`;
  return `${asked}${way}\nCtrl-C ends the studio.\n`;
}
