import { ResourceNotFoundError, type Server } from '@modelcontextprotocol/server';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { answering, invalidParams } from '../answers/answering.ts';
import type { Connection, ServingOptions } from '../options.ts';

/** Longest URI that is parsed, in characters; those of this server have less than a hundred. */
const MAX_URI_LENGTH = 2_048;

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
  server.setRequestHandler('resources/templates/list', (_request, context) =>
    answer(context, async () => {
      const { listTemplates } = await import('./listing.ts');
      return { resourceTemplates: listTemplates(await loadResources()) };
    }),
  );
  server.setRequestHandler('resources/read', ({ params }, context) =>
    answer(context, async (call) => {
      const { uri } = params;
      if (uri.length > MAX_URI_LENGTH) throw invalidParams(`A resource URI has at most ${MAX_URI_LENGTH} characters.`);
      const { readResource } = await import('./reading.ts');
      const contents = await readResource(await loadResources(), uri, call);
      if (contents === undefined) throw new ResourceNotFoundError(uri, `Resource not found: ${quoteUntrusted(uri)}`);
      return {
        contents: contents.map(({ meta, ...content }) => ({ ...content, ...(meta && { _meta: { ...meta } }) })),
      };
    }),
  );
}
