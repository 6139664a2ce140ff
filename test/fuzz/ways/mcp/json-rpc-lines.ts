import fc from 'fast-check';
import { testOptions } from '../../../mcp/fixture/options.ts';
import { odd } from '../../generators/arguments.ts';
import type { WayIn } from '../../inputs.ts';
import { lengthy } from '../../generators/messages.ts';
import { probedStdio } from './probed-stdio.ts';

/** Lines on stdin. */
export const jsonRpcLines: WayIn = async (more) => {
  const server = probedStdio(testOptions());
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
  await more(line, async (given) => server.send([given]));
  await server.close();
};
