import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { serveOverStdio } from '../../../../src/mcp/stdio/serve-stdio.ts';
import { INITIALIZE } from '../../../mcp/fixture/http.ts';
import { testOptions } from '../../../mcp/fixture/options.ts';
import { odd } from '../../generators/arguments.ts';
import type { WayIn } from '../../inputs.ts';
import { judgeMessages } from '../../judge-messages.ts';
import { lengthy } from '../../generators/messages.ts';

/** Lines on stdin. */
export const jsonRpcLines: WayIn = async (more) => {
  const streams = { input: new PassThrough(), output: new PassThrough() };
  const serving = serveOverStdio(testOptions(), streams);
  let seen = '';
  streams.output.on('data', (piece) => (seen += String(piece)));
  const method = fc.constantFrom('initialize', 'tools/list', 'tools/call', 'ping', 'resources/read', '__proto__', 'x');
  const message = fc.record(
    { jsonrpc: fc.constantFrom('2.0', '1.0', 2), id: odd, method, params: odd, result: odd, error: odd, _meta: odd },
    { requiredKeys: [] },
  );
  const line = fc.oneof(
    { weight: 20, arbitrary: message.map((value) => JSON.stringify(value)) },
    { weight: 20, arbitrary: fc.json() },
    { weight: 20, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
    { weight: 1, arbitrary: lengthy },
  );
  streams.input.write(`${INITIALIZE}\n`);
  let count = 0;
  await more(line, async (given) => {
    seen = '';
    const id = `probe-${count++}`;
    streams.input.write(`${given}\n${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`);
    while (!seen.includes(id)) await new Promise((resolve) => setImmediate(resolve));
    judgeMessages(
      seen
        .trim()
        .split('\n')
        .map((answer): unknown => JSON.parse(answer)),
    );
  });
  await serving.close({ graceMs: 0 });
};
