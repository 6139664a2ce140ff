import fc from 'fast-check';
import { authenticateLocal } from '../../../../src/mcp/client/authentication.ts';
import { SharedServer } from '../../../mcp/callers/shared-server.ts';
import type { WayIn } from '../../inputs.ts';
import { request } from '../../generators/requests.ts';
import { probedStdio } from './probed-stdio.ts';

/** Requests on stdin to the whole server: resources, subscriptions, prompts, completion, tools. */
export const mcpOverStdio: WayIn = async (more) => {
  const server = await SharedServer.open();
  const stdio = probedStdio({ ...server.options, authenticate: authenticateLocal() });
  await more(fc.array(request, { minLength: 1, maxLength: 3 }), async (messages) =>
    stdio.send(messages.map((message) => JSON.stringify(message))),
  );
  await stdio.close();
  await server.end();
};
