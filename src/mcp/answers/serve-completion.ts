import type { Server } from '@modelcontextprotocol/server';
import type { Connection, ServingOptions } from '../options.ts';
import { answering, invalidParams } from './answering.ts';

/** Most values of one completion (MCP specification, "Completion"). */
const MOST_VALUES = 100;

/** Completes ids of resources and arguments of prompts, where there are any of either. */
export function serveCompletion(server: Server, options: ServingOptions, connection: Connection): void {
  const { loadResources, loadPrompts } = options;
  if (loadResources === undefined && loadPrompts === undefined) return;
  server.registerCapabilities({ completions: {} });
  const answer = answering(options, connection);
  server.setRequestHandler('completion/complete', ({ params: { ref, argument } }, context) =>
    answer(context, async (call) => {
      if (ref.type === 'ref/resource') {
        const { completeResource } = await import('../resources/reading.ts');
        const values = await completeResource((await loadResources?.()) ?? [], ref.uri, argument, call);
        if (values === undefined) throw invalidParams('There is no resource template with this URI and argument.');
        return { completion: completionOf(values) };
      }
      const { completePrompt, offeredPrompts } = await import('../prompts/getting.ts');
      const offered = offeredPrompts((await loadPrompts?.()) ?? [], options.settings.absentTools);
      const values = await completePrompt(offered, ref.name, argument, call);
      if (values === undefined) throw invalidParams('There is no prompt with this name and argument.');
      return { completion: completionOf(values) };
    }),
  );
}

function completionOf(values: readonly string[]) {
  const isCut = values.length > MOST_VALUES;
  return { values: values.slice(0, MOST_VALUES), ...(isCut && { total: values.length, hasMore: true }) };
}
