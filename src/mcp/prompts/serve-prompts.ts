import type { Server } from '@modelcontextprotocol/server';
import { answering, invalidParams } from '../answers/answering.ts';
import type { Connection, ServingOptions } from '../options.ts';

/** Answers requests about prompts, where there are any. Words and rules are loaded with the first request. */
export function servePrompts(server: Server, options: ServingOptions, connection: Connection): void {
  const { loadPrompts } = options;
  if (loadPrompts === undefined) return;
  server.registerCapabilities({ prompts: {} });
  const answer = answering(options, connection);
  const offered = async () => {
    const getting = await import('./getting.ts');
    return { getting, prompts: getting.offeredPrompts(await loadPrompts(), options.settings.absentTools) };
  };
  server.setRequestHandler('prompts/list', ({ params }, context) =>
    answer(context, async () => {
      // One page holds all of them.
      if (params?.cursor !== undefined) throw invalidParams('This cursor was not issued by this server.');
      const { getting, prompts } = await offered();
      return { prompts: getting.listPrompts(prompts) };
    }),
  );
  server.setRequestHandler('prompts/get', ({ params }, context) =>
    answer(context, async (call) => {
      const { getting, prompts } = await offered();
      return getting.getPrompt(prompts, params.name, params.arguments ?? {}, call);
    }),
  );
}
