import type { HttpServing } from '../../../mcp/http/serve-http.ts';
import { LOCAL } from '../../../shared/caller.ts';
import { wholeNumber } from '../../../config/kinds.ts';
import { demoFlag, type Command } from '../../command.ts';
import { compose } from '../../composition/compose.ts';
import { configure } from '../../composition/configure.ts';
import { ENTRANCE_MS, HTTP_GRACE_MS, servingOptions } from '../../composition/serving-options.ts';
import { EXIT, UsageError } from '../../exit-codes.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { untilAborted } from '../../terminal/until-aborted.ts';

const DEFAULT_PORT = 8787;
const port = wholeNumber(0, 65_535);

export const http: Command = {
  usage: '[--host 127.0.0.1] [--port 8787] [--stateless] [--demo]',
  description: `Serves MCP over HTTP at /mcp to programs on this machine, and the studio at /studio to its browsers. Every request must
carry the token in FIREFLY_HOME/http-token (with --demo: FIREFLY_HOME/demo/http-token), which is created once; a start
on a screen prints it, and an address that opens the studio once. With FIREFLY_AUTH_FILE or FIREFLY_OAUTH_ISSUER it
serves people who sign in, in place of that token. /healthz and /readyz need no token; /metrics and /admin/… need the
scope firefly:admin.`,
  flags: {
    host: {
      type: 'string',
      placeholder: 'HOST',
      help: 'Address to listen on: loopback; any other where people sign in and FIREFLY_PUBLIC_URL is https. localhost is both 127.0.0.1 and ::1. Default: 127.0.0.1.',
    },
    port: {
      type: 'string',
      placeholder: 'N',
      help: `Port to listen on; 0 takes a free one. Default: ${DEFAULT_PORT}.`,
    },
    stateless: {
      type: 'boolean',
      help: 'Open no sessions for clients of the 2025 era, so that any of several servers answers any request.',
    },
    ...demoFlag,
  },
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const portNumber = portFrom(flags.strings['port'], terminal);
    const configured = configure(flags, terminal);
    // Before the first output, since a program that reads it may send a signal at once.
    const interrupted = terminal.interrupted({ survivesHangUp: true });
    const { serveOverHttp } = await import('../../../mcp/http/serve-http.ts');
    const { signInFor } = await import('../../composition/sign-in/sign-in.ts');
    const { signingKeys } = await import('../../composition/sign-in/signing-keys.ts');
    const { TrustedProxies } = await import('../../../mcp/http/guards/forwarded.ts');
    const { Signer } = await import('../../../mcp/http/signing/signer.ts');
    const { secretForms } = await import('../../../shared/text/secret-forms.ts');
    const { clock, random, platform } = terminal;
    const signIn = await signInFor(configured.config, { clock, random, platform, logger: configured.logger });
    const { local, ...senders } = signIn;
    const keys = signingKeys(configured.config, terminal);
    configured.hide(() => secretForms(local ? [local.token, ...keys] : keys));
    const composition = compose({ ...configured, terminal });
    try {
      const { administration } = composition;
      const options = { ...servingOptions(configured, composition, terminal), ...senders, administration };
      const host = flags.strings['host'] ?? '127.0.0.1';
      const { publicUrl, trustedProxies, metricsPort } = configured.config;
      const proxies = trustedProxies && new TrustedProxies(trustedProxies);
      const isStateless = flags.booleans.has('stateless');
      const signer = new Signer(keys.map((key) => Buffer.from(key)));
      const serving = await serveOverHttp({
        ...options,
        host,
        port: portNumber,
        publicUrl,
        signer,
        proxies,
        metricsPort,
        isStateless,
      });
      terminal.err(local ? welcome(serving, local, terminal) : teamWelcome(publicUrl ?? serving.url));
      composition.recover();
      await untilAborted(interrupted);
      await composition.close(serving.close({ graceMs: HTTP_GRACE_MS }));
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

/** The configuration for clients, on a screen. What is no screen may be a log, which others read: only the file there. */
function welcome(
  { url, studioFor }: Pick<HttpServing, 'url' | 'studioFor'>,
  { token, file }: { token: string; file: string },
  { errScreen }: Terminal,
): string {
  const studio = url.replace(/mcp$/, 'studio');
  if (!errScreen)
    return `Serving MCP at ${url}, and the studio at ${studio}, to this machine only. Both need the token in ${file}\n`;
  const entry = { type: 'http', url, headers: { Authorization: `Bearer ${token}` } };
  const config = JSON.stringify({ mcpServers: { firefly: entry } }, undefined, 2);
  return [
    `Serving MCP at ${url}, to this machine only. Configuration for clients:\n${config}\n`,
    `The studio, by an address that works once, for ten minutes: ${studioFor(LOCAL, ENTRANCE_MS)}\n`,
    `Later, or in another browser, ${studio} asks for the token above.\n`,
  ].join('');
}

function teamWelcome(address: string): string {
  const origin = address.replace(/\/mcp$/, '');
  return `Serving MCP at ${origin}/mcp, and the studio at ${origin}/studio, to the people who sign in.\n`;
}
