import { commandHint } from '../../../render/demo.ts';
import { LOCAL } from '../../../shared/caller.ts';
import { demoFlag, type Command } from '../../command.ts';
import { compose } from '../../composition/compose.ts';
import { configure } from '../../composition/configure.ts';
import { ENTRANCE_MS, HTTP_GRACE_MS, servingOptions } from '../../composition/serving-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { openBrowser } from '../../terminal/open-browser.ts';
import { untilAborted } from '../../terminal/until-aborted.ts';

/** Time in which the browser has to come: a slow one takes some seconds to start. */
const OPENING_MS = 60_000;
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
      const onlyPrints = flags.booleans.has('no-open');
      const isOpened = !onlyPrints && (await openBrowser(serving.studioFor(LOCAL, OPENING_MS), terminal));
      const isShown = onlyPrints || terminal.errScreen !== undefined;
      terminal.err(
        invitation({
          demo: configured.config.demo,
          onlyPrints,
          isOpened,
          address: isShown ? serving.studioFor(LOCAL, ENTRANCE_MS) : undefined,
        }),
      );
      await untilAborted(interrupted);
      await composition.close(serving.close({ graceMs: HTTP_GRACE_MS }));
      return EXIT.ok;
    } finally {
      await composition.close();
    }
  },
};

/**
 * Tells the person how to get in. The address holds a code: off a screen, where a log may be, it is printed with `--no-open`
 * alone.
 * @param state.address undefined where it is not to be printed
 */
export function invitation({
  demo,
  onlyPrints,
  isOpened,
  address,
}: {
  readonly demo: boolean;
  readonly onlyPrints: boolean;
  readonly isOpened: boolean;
  readonly address: string | undefined;
}): string {
  const asked = isOpened
    ? 'Your browser was asked to open the studio. '
    : onlyPrints
      ? ''
      : 'No browser could be opened. ';
  const otherwise = isOpened ? 'If it shows nothing, open' : 'Open';
  const way =
    address === undefined
      ? `${isOpened ? 'If it shows nothing, start' : 'Start'} "${commandHint('studio --no-open', { demo })}", which prints an address.`
      : `${otherwise} this address, which works once: ${address}`;
  return `${asked}${way}\nCtrl-C ends the studio.\n`;
}
