import { MockAgent } from 'undici';
import { createFirefly } from '../../src/firefly/client.ts';
import type { ConnectHooks, FireflyOptions } from '../../src/firefly/client.ts';
import type { Firefly } from '../../src/firefly/types.ts';
import { systemClock } from '../../src/shared/time/clock.ts';
import { createLogger } from '../../src/shared/logger.ts';
import type { Logger } from '../../src/shared/logger.ts';
import { systemRandom } from '../../src/shared/random.ts';
import { searchedLines } from '../support/artefacts.ts';
import { canary } from '../support/canaries.ts';

export const API = 'https://firefly-api.adobe.io';
export const IMS = 'https://ims-na1.adobelogin.com';
export const SECRET = canary('secret');
export const TOKEN = canary('token');

/** A valid v3 request. */
export const V3 = {
  operation: 'generateImagesV3Async',
  model: 'image4_standard',
  body: { prompt: 'a lighthouse', numVariations: 2 },
} as const;

/** A valid v4 request. */
export const V4 = { operation: 'generateImagesV4Async', model: 'image5', body: { prompt: 'a lighthouse' } } as const;

/** A client with test defaults. */
export function testFirefly(options: Partial<FireflyOptions> = {}): Firefly {
  return createFirefly({
    apiUrl: API,
    imsUrl: IMS,
    trustedOrigins: [],
    credentials: { clientId: 'client-id', clientSecret: SECRET },
    scopes: 'openid,firefly_api',
    proxy: {},
    clock: systemClock,
    random: systemRandom,
    logger: collectingLogger().logger,
    ...options,
  });
}

/** A logger on level debug and the lines that it writes. */
export function collectingLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', write: searchedLines(lines), now: () => 0 });
  return { logger, lines };
}

/** A mocked Adobe: nothing reaches the network, and unexpected requests fail. */
export interface MockedAdobe {
  readonly agent: MockAgent;
  readonly connect: ConnectHooks;
  /** Requests in order, without the token requests. */
  readonly seen: { method: string; url: string; headers: Record<string, string>; body: string }[];
  tokens: number;
}

export type Reply = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
};

/** Answers token requests, and all other requests by `reply`; `count` is the number of the request, from 1. */
export function mockAdobe(
  reply: (url: URL, count: number) => Reply | Error,
  origins: readonly string[] = [API],
): MockedAdobe {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const adobe: MockedAdobe = { agent, connect: { dispatcher: agent }, seen: [], tokens: 0 };
  agent
    .get(IMS)
    .intercept({ path: '/ims/token/v3', method: 'POST' })
    .reply(() => {
      adobe.tokens += 1;
      return { statusCode: 200, data: { access_token: `${TOKEN}-${adobe.tokens}`, expires_in: 86_399 } };
    })
    .persist();
  for (const origin of origins) {
    for (const method of ['GET', 'POST', 'PUT']) {
      agent
        .get(origin)
        .intercept({ path: () => true, method })
        .reply((request) => answer(adobe, origin, request, reply))
        .persist();
    }
  }
  return adobe;
}

function answer(
  adobe: MockedAdobe,
  origin: string,
  request: { method: string; path: string; headers?: unknown; body?: unknown },
  reply: (url: URL, count: number) => Reply | Error,
) {
  const headers = request.headers as Record<string, string>;
  adobe.seen.push({
    method: request.method,
    url: origin + request.path,
    headers,
    body: typeof request.body === 'string' ? request.body : '',
  });
  const result = reply(new URL(origin + request.path), adobe.seen.length);
  if (result instanceof Error) throw result;
  const { status, body = '', headers: extra = {} } = result;
  return {
    statusCode: status,
    data: typeof body === 'string' ? body : JSON.stringify(body),
    responseOptions: { headers: extra },
  };
}
