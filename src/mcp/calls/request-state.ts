import { createRequestStateCodec, type RequestStateCodec } from '@modelcontextprotocol/server';
import type { ServingOptions } from '../options.ts';
import type { Content } from './forms.ts';

/** What a question to a person leaves with the client, signed, until the call comes back with the answer. */
export interface Asked {
  /** Differs for each asking, also of the same question. */
  readonly id: string;
  /** Key of the question (`forms.ts`). */
  readonly asked: string;
  /** Accepted answers to earlier questions of the call, by key: a client sends each of them once. */
  readonly answered?: Readonly<Record<string, Content>> | undefined;
}

/** Time in which an answer counts. */
const TTL_SECONDS = 600;
const KEY_BYTES = 32;

/**
 * Uses the consent of this asking (`Asked.id`) to a question; false where it has been used before, by whichever process. A
 * client that sends the repeated call once more, by mistake or on purpose, would spend again with one click of its person.
 * @throws Problem `store_…`
 */
export type UseConsent = (asking: string, question: string) => Promise<boolean>;

/** Uses consents by the store, which all processes of the installation share. */
export function useConsentIn({ services }: Pick<ServingOptions, 'services'>): UseConsent {
  return async (asking, question) => (await services()).consents.use(`${asking} ${question}`);
}

const codecs = new WeakMap<ServingOptions, RequestStateCodec<Asked>>();

/**
 * Signs and checks the state of a question (MCP 2026-07-28, "Multi round-trip requests"): an answer counts for a question
 * that this server has asked, in the name of the principal who was asked, for ten minutes.
 */
export function requestStates(options: ServingOptions): RequestStateCodec<Asked> {
  const known = codecs.get(options);
  if (known !== undefined) return known;
  const codec = createRequestStateCodec<Asked>({
    key: options.stateKey ?? options.random.bytes(KEY_BYTES),
    ttlSeconds: TTL_SECONDS,
    bind: ({ mcpReq, http }) => JSON.stringify([mcpReq.method, http?.authInfo?.clientId ?? '']),
  });
  codecs.set(options, codec);
  return codec;
}
