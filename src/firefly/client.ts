import { fromProblemRecord } from '../shared/errors.ts';
import { createTokenSource } from './auth/credentials.ts';
import { requestToken } from './auth/ims.ts';
import { accountOf, checkAddresses, namedAccount } from './options.ts';
import type { Addresses, FireflyOptions } from './options.ts';
import { customModels, customModelsUrl, readCustomModels } from './endpoints/custom-models.ts';
import type { PaidEndpoint } from './endpoints/paid-endpoint.ts';
import { declarationOf } from './endpoints/registry.ts';
import { readUpload, upload } from './endpoints/upload.ts';
import { readCancel } from './families/cancel.ts';
import { FIREFLY_ERRORS } from './families/errors.ts';
import { readStatus } from './families/status.ts';
import { call, MAX_RETRY_BUDGET } from './call.ts';
import type { CallContext } from './call.ts';
import { isLoopback, namesOfLoopback } from './http/connection/addresses.ts';
import { createDispatchers } from './http/connection/dispatchers.ts';
import { download } from './http/download.ts';
import { jobLinks } from './http/answer/links.ts';
import type { JobRoute } from './http/answer/links.ts';
import { parseRetryAfter } from './http/answer/retry-after.ts';
import { DEFAULT_TIMEOUTS } from './http/timeouts.ts';
import { failureProblem, RateLimited, unreadableAnswer, untrustedLink } from './problems.ts';
import { submit } from './submit.ts';
import type { CustomModelsQuery } from './contract/custom-models.ts';
import type { Firefly, JobHandle } from './types.ts';
import { answerProblem } from './upstream.ts';

export type { ConnectHooks, FireflyOptions } from './options.ts';

/**
 * Creates the client of Adobe Firefly. It connects with the first request only.
 * @throws Problem `invalid_address` for an address that must not receive credentials
 */
export function createFirefly(options: FireflyOptions): Firefly {
  const addresses = checkAddresses(options);
  const context = createContext(options, addresses);
  const trusted = downloadOrigins(addresses);
  const owner = accountOf(addresses.apiOrigin, context.clientId);
  const declared = (operation: string) => declarationOf(operation, options.operations);
  return {
    account: options.accountName === undefined ? owner : namedAccount(options.accountName),
    uploadOwner: owner,
    prepare: async (signal) => void (await context.tokens.get(signal)),
    operation: (id) => ({ limits: declared(id).limits }),
    submit: async (request, submitOptions) => submit(request, declared(request.operation), submitOptions, context),
    upload: async (data, mimeType, signal) => {
      const url = new URL(upload.path, addresses.apiOrigin);
      const result = await call({ endpoint: upload, url, bytes: { mimeType, data }, signal }, context);
      if (result.kind === 'answer') return readUpload(result, context);
      return { kind: 'transient', problem: problemOf(result) };
    },
    status: async (handle, id, signal, way = 0) => {
      const operation = declared(id);
      const { base, ...result } = await callJobRoute({ handle, route: 'status', operation, signal, way }, context);
      if (result.kind === 'answer') return readStatus(result, { ...context, operation, base });
      if (result.kind === 'untrusted_link') return result;
      return { kind: 'transient', retryAfterMs: undefined, problem: problemOf(result) };
    },
    cancel: async (handle, id, signal, way = 0) => {
      const operation = declared(id);
      if (!operation.service.cancel) return { kind: 'impossible' };
      const result = await callJobRoute({ handle, route: 'cancel', operation, signal, way }, context);
      if (result.kind === 'answer') return readCancel(result, operation.errors, context);
      return { kind: 'transient', problem: problemOf(result) };
    },
    customModels: (query, signal) => listCustomModels(query, signal, context),
    download: (url, sink, downloadOptions) =>
      download(url, sink, downloadOptions, { ...context, trustedOrigins: trusted }),
    secrets: context.secrets,
    close: () => context.dispatchers.close(),
  };
}

type Unanswered = Exclude<Awaited<ReturnType<typeof call>>, { kind: 'answer' }>;

function createContext(options: FireflyOptions, addresses: Addresses): CallContext {
  const { clock, random, connect, proxy, trial } = options;
  const logger = options.logger.with({ room: 'firefly' });
  const timeouts = { ...DEFAULT_TIMEOUTS, ...connect?.timeouts };
  const dispatchers = createDispatchers({
    proxy: { httpsProxy: addresses.httpsProxy, noProxy: proxy.noProxy },
    extraCa: options.extraCa,
    timeouts,
    lookup: connect?.lookup,
    dispatcher: connect?.dispatcher,
  });
  const proxyPassword = addresses.httpsProxy === undefined ? '' : new URL(addresses.httpsProxy).password;
  const proxySecrets = proxyPassword === '' ? [] : [decodeURIComponent(proxyPassword)];
  const ims = { tokenUrl: addresses.tokenUrl, scopes: options.scopes, dispatcher: dispatchers.api, proxySecrets };
  const tokens = createTokenSource(options.credentials, {
    clock,
    logger,
    requestToken: (clientId, clientSecret) =>
      requestToken({ ...ims, clientId, clientSecret, timeouts, clock, random, trial }),
  });
  return {
    clientId: options.credentials?.clientId ?? '',
    links: addresses,
    tokens,
    dispatchers,
    timeouts,
    clock,
    random,
    logger,
    trial,
    retryBudget: { left: MAX_RETRY_BUDGET },
    secrets: () => [...tokens.secrets(), ...proxySecrets],
  };
}

/**
 * Origins of results that skip the check for public addresses: the trusted ones, and a loopback API. Those on this machine
 * count under each of its names, since an emulator may write another one than the options. No token goes to a download.
 */
function downloadOrigins({ apiOrigin, trustedOrigins }: Addresses): ReadonlySet<string> {
  const own = isLoopback(new URL(apiOrigin)) ? [...trustedOrigins, apiOrigin] : [...trustedOrigins];
  return new Set(own.flatMap(namesOfLoopback));
}

async function callJobRoute(
  request: {
    handle: JobHandle;
    route: JobRoute;
    operation: PaidEndpoint;
    signal: AbortSignal | undefined;
    way: number;
  },
  context: CallContext,
) {
  const { handle, route, operation, signal, way } = request;
  const endpoint = operation.service[route];
  const links = jobLinks(handle, route, operation.service, context.links);
  const link = links[way % Math.max(1, links.length)];
  if (!endpoint || !link) return { kind: 'untrusted_link', problem: untrustedLink(), base: undefined } as const;
  if (link.rejectedHost !== undefined) context.logger.warn('untrusted_link', { route, host: link.rejectedHost });
  return { ...(await call({ endpoint, url: link.url, signal }, context)), base: link.url };
}

function problemOf(result: Unanswered | { kind: 'untrusted_link'; problem: ReturnType<typeof untrustedLink> }) {
  return result.kind === 'failure' ? failureProblem(result) : result.problem;
}

async function listCustomModels(query: CustomModelsQuery, signal: AbortSignal | undefined, context: CallContext) {
  const url = customModelsUrl(query, context.links.apiOrigin);
  const result = await call({ endpoint: customModels, url, signal }, context);
  if (result.kind !== 'answer') throw fromProblemRecord(problemOf(result));
  if (result.status !== 200) {
    const problem = answerProblem(result, { about: 'other', errors: FIREFLY_ERRORS, secrets: context.secrets() });
    if (result.status !== 429) throw fromProblemRecord(problem);
    throw new RateLimited(parseRetryAfter(result.headers['retry-after'], context.clock.now()), problem.upstream);
  }
  const page = readCustomModels(result.text, query, context.secrets());
  if (!page) throw fromProblemRecord(unreadableAnswer('the request for custom models'));
  return page;
}
