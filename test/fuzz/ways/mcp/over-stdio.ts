import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { authenticateLocal } from '../../../../src/mcp/client/authentication.ts';
import { serveOverStdio } from '../../../../src/mcp/stdio/serve-stdio.ts';
import { SharedServer } from '../../../mcp/callers/shared-server.ts';
import { INITIALIZE } from '../../../mcp/fixture/http.ts';
import type { WayIn } from '../../inputs.ts';
import { judgeMessages } from '../../judge-messages.ts';
import { request } from '../../generators/requests.ts';

/** Requests on stdin to the whole server: resources, subscriptions, prompts, completion, tools. */
export const mcpOverStdio: WayIn = async (more) => {
  const server = await SharedServer.open();
  const streams = { input: new PassThrough(), output: new PassThrough() };
  const serving = serveOverStdio({ ...server.options, authenticate: authenticateLocal() }, streams);
  let seen = '';
  streams.output.on('data', (piece) => (seen += String(piece)));
  streams.input.write(`${INITIALIZE}\n`);
  let count = 0;
  await more(fc.array(request, { minLength: 1, maxLength: 3 }), async (messages) => {
    seen = '';
    const id = `probe-${count++}`;
    for (const message of messages) streams.input.write(`${JSON.stringify(message)}\n`);
    streams.input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`);
    while (!seen.includes(id)) await new Promise((resolve) => setImmediate(resolve));
    judgeMessages(
      seen
        .trim()
        .split('\n')
        .map((answer): unknown => JSON.parse(answer)),
    );
  });
  await serving.close({ graceMs: 0 });
  await server.end();
};
