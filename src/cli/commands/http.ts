import { join } from 'node:path';
import { wholeNumber } from '../../config/kinds.ts';
import { demoFlag, type Command } from '../command.ts';
import { compose } from '../composition/compose.ts';
import { configure } from '../composition/configure.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { servingOptions } from '../composition/serving.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { untilAborted } from '../terminal/until-aborted.ts';

/** Calls in flight after SIGTERM; the whole stop stays under five seconds. */
const GRACE_AFTER_SIGNAL_MS = 2_000;
const DEFAULT_PORT = 8787;
const port = wholeNumber(0, 65_535);

export const http: Command = {
  usage: '[--host 127.0.0.1] [--port 8787] [--demo]',
  description:
    'Serves MCP over HTTP at /mcp, for programs on this machine. Every request must carry the token that is printed at the start; it is made once and kept in FIREFLY_HOME/http-token. /healthz and /readyz answer without it.',
  flags: {
    host: { type: 'string', placeholder: 'HOST', help: 'Address to listen on; loopback only. Default: 127.0.0.1.' },
    port: {
      type: 'string',
      placeholder: 'N',
      help: `Port to listen on; 0 takes a free one. Default: ${DEFAULT_PORT}.`,
    },
    ...demoFlag,
  },
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const wanted = portFrom(flags.strings['port'], terminal);
    const configured = configure(flags, terminal);
    // Before anything is printed: whoever reads it may send a signal at once.
    const interrupted = terminal.interrupted();
    const { serveOverHttp } = await import('../../mcp/http/serve-http.ts');
    const { localToken } = await import('../composition/http-token.ts');
    const token = localToken(join(configured.config.home, 'http-token'), terminal);
    configured.hide(() => [token]);
    const composition = compose({ ...configured, terminal });
    try {
      const options = servingOptions(configured, composition, terminal);
      const host = flags.strings['host'] ?? '127.0.0.1';
      const serving = await serveOverHttp({ ...options, host, port: wanted, token });
      terminal.err(welcome(serving.url, token));
      composition.recover();
      await untilAborted(interrupted);
      await composition.close(serving.close({ graceMs: GRACE_AFTER_SIGNAL_MS }));
      return EXIT.ok;
    } finally {
      await composition.close();
    }
  },
};

function portFrom(text: string | undefined, terminal: Terminal): number {
  if (text === undefined) return DEFAULT_PORT;
  const number = port.parse(text, terminal);
  if (number === undefined) throw new UsageError(`--port must be ${port.expected}, but is "${text}".`);
  return number;
}

function welcome(url: string, token: string): string {
  const entry = { type: 'http', url, headers: { Authorization: `Bearer ${token}` } };
  const config = JSON.stringify({ mcpServers: { firefly: entry } }, undefined, 2);
  return `Serving MCP at ${url}, for this machine only. Configuration for clients:\n${config}\n`;
}
