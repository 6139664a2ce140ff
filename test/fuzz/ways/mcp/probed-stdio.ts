import { PassThrough } from 'node:stream';
import { serveOverStdio } from '../../../../src/mcp/stdio/serve-stdio.ts';
import { INITIALIZE } from '../../../mcp/fixture/http.ts';
import { judgeMessages } from '../../judge-messages.ts';

/**
 * A server over stdio, past its handshake. `send` writes lines and a ping after them, waits for the answer to that, and judges
 * all that has come until then.
 */
export function probedStdio(options: Parameters<typeof serveOverStdio>[0]) {
  const streams = { input: new PassThrough(), output: new PassThrough() };
  const serving = serveOverStdio(options, streams);
  let seen = '';
  streams.output.on('data', (piece) => (seen += String(piece)));
  streams.input.write(`${INITIALIZE}\n`);
  let count = 0;
  return {
    async send(lines: readonly string[]): Promise<void> {
      seen = '';
      const id = `probe-${count++}`;
      for (const line of lines) streams.input.write(`${line}\n`);
      streams.input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`);
      while (!seen.includes(id)) await new Promise((resolve) => setImmediate(resolve));
      judgeMessages(
        seen
          .trim()
          .split('\n')
          .map((answer): unknown => JSON.parse(answer)),
      );
    },
    close: () => serving.close({ graceMs: 0 }),
  };
}
