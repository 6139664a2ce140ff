import { ResourceNotFoundError, type Server } from '@modelcontextprotocol/server';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { answering, invalidParams } from '../answers/answering.ts';
import type { Connection, ServingOptions } from '../options.ts';
import { MAX_URI_LENGTH } from './uris.ts';

/** Answers all requests about resources, where there are any. The code that reads them is loaded with the first request. */
export function serveResources(server: Server, options: ServingOptions, connection: Connection): void {
  const { loadResources } = options;
  if (loadResources === undefined) return;
  server.registerCapabilities({ resources: {} });
  const answer = answering(options, connection);

  server.setRequestHandler('resources/list', ({ params }, context) =>
    answer(context, async (call) => {
      const { listResources } = await import('./listing.ts');
      return listResources(await loadResources(), params?.cursor, call, options.logger);
    }),
  );
  server.setRequestHandler('resources/templates/list', ({ params }, context) =>
    answer(context, async () => {
      // One page holds all of them.
      if (params?.cursor !== undefined) throw invalidParams('This cursor was not issued by this server.');
      const { listTemplates } = await import('./listing.ts');
      return { resourceTemplates: listTemplates(await loadResources()) };
    }),
  );
  server.setRequestHandler('resources/read', ({ params }, context) =>
    answer(context, async (call) => {
      const { uri } = params;
      if (uri.length > MAX_URI_LENGTH) throw invalidParams(`A resource URI has at most ${MAX_URI_LENGTH} characters.`);
      const { readResource } = await import('./reading.ts');
      const reading = await readResource(await loadResources(), uri, call);
      if (reading === undefined) throw new ResourceNotFoundError(uri, `Resource not found: ${quoteUntrusted(uri)}`);
      return {
        contents: reading.contents.map(({ meta, ...content }) => ({ ...content, ...(meta && { _meta: { ...meta } }) })),
        ...(context.mcpReq.envelope !== undefined && reading.cache),
      };
    }),
  );
}
