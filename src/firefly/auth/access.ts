import { toProblemRecord, type ProblemRecord } from '../../shared/errors.ts';
import type { Clock } from '../../shared/time/clock.ts';
import type { ProblemCode } from '../../shared/problem-codes.ts';
import type { CustomModelsQuery } from '../contract/custom-models.ts';
import type { Firefly } from '../types.ts';

/** Time for which an answer about the access counts, milliseconds. */
const FRESH_MS = 5 * 60_000;

/** Problems that say that the access does not work; all others are answers of a working one. */
const NO_ACCESS: ReadonlySet<string> = new Set<ProblemCode>([
  'credentials_missing',
  'credentials_refused',
  'access_token_expired',
  'api_key_refused',
  'not_entitled',
  'quota_exhausted',
  'adobe_unreachable',
  'adobe_error',
]);

/** What the last token and the last request said of the access. */
export interface AccessView {
  /** Undefined while nothing has been said. */
  readonly works: boolean | undefined;
  /** Epoch milliseconds. */
  readonly saidAt: number | undefined;
  /** Why it does not work. */
  readonly problem: ProblemRecord | undefined;
}

/** What is known of the access, kept up by every request that is made anyway. */
export interface Access {
  readonly view: () => AccessView;
  /**
   * Asks for a token and one list, which are free, unless something was said within five minutes. No caller waits for the answers.
   * @param list the request for a list, under the limits of this installation
   */
  freshen(list: (query: CustomModelsQuery) => Promise<unknown>): void;
}

/** One word about the access. */
interface Said {
  readonly at: number;
  readonly monotonic: number;
  readonly problem: ProblemRecord | undefined;
}

/** The client, whose requests are watched, and what they say of the access. */
export function watchAccess(firefly: Firefly, clock: Clock): { readonly firefly: Firefly; readonly access: Access } {
  let token: Said | undefined;
  let request: Said | undefined;
  /** Monotonic time of the last question of `freshen`; a question without credentials is none. */
  let askedAt: number | undefined;
  let asking = false;
  const said = (problem?: ProblemRecord): Said => ({ at: clock.now(), monotonic: clock.monotonic(), problem });
  const answered = (problem?: ProblemRecord) => {
    request = said(problem !== undefined && NO_ACCESS.has(problem.code) ? problem : undefined);
    if (request.problem === undefined) token = request;
  };
  const watched: Firefly = {
    ...bound(firefly),
    prepare: async (signal) => {
      try {
        await firefly.prepare(signal);
        token = said();
      } catch (error) {
        if (signal?.aborted !== true) token = said(toProblemRecord(error));
        throw error;
      }
    },
    submit: async (...given) => {
      const outcome = await firefly.submit(...given);
      // A lost answer says nothing, and of what was not sent the token has said why.
      if (outcome.kind !== 'unknown' && outcome.kind !== 'not_sent')
        answered('problem' in outcome ? outcome.problem : undefined);
      return outcome;
    },
    status: async (...given) => {
      const outcome = await firefly.status(...given);
      // The problem of a failed job is about that job, and what was broken off says nothing.
      if (outcome.kind === 'failed') answered();
      else if (outcome.kind !== 'untrusted_link' && !given[2]?.aborted)
        answered('problem' in outcome ? outcome.problem : undefined);
      return outcome;
    },
    upload: async (...given) => {
      const outcome = await firefly.upload(...given);
      if (!given[2]?.aborted) answered('problem' in outcome ? outcome.problem : undefined);
      return outcome;
    },
    customModels: async (query, signal) => {
      try {
        const page = await firefly.customModels(query, signal);
        answered();
        return page;
      } catch (error) {
        const problem = toProblemRecord(error);
        // Accounts without custom models are refused the list, and can generate.
        if (signal?.aborted !== true) answered(problem.code === 'not_entitled' ? undefined : problem);
        throw error;
      }
    },
  };
  const isFresh = (at: number | undefined) => at !== undefined && clock.monotonic() - at < FRESH_MS;
  const access: Access = {
    view: () => {
      const last = token?.problem === undefined ? (request ?? token) : token;
      return { works: last && last.problem === undefined, saidAt: last?.at, problem: last?.problem };
    },
    freshen: (list) => {
      if (asking || isFresh(request?.monotonic) || isFresh(askedAt)) return;
      asking = true;
      askedAt = clock.monotonic();
      void watched
        .prepare()
        .then(() => list({ limit: 1 }))
        // What was wrong has been noted where it was seen.
        .catch(() => undefined)
        .finally(() => {
          asking = false;
          // Nothing was asked: credentials that come later count at once.
          if (token?.problem?.code === 'credentials_missing') askedAt = undefined;
        });
    },
  };
  return { firefly: watched, access };
}

/** The methods of a client as functions of their own. */
function bound(firefly: Firefly): Firefly {
  return {
    account: firefly.account,
    ...(firefly.uploadOwner === undefined ? {} : { uploadOwner: firefly.uploadOwner }),
    operation: (id) => firefly.operation(id),
    prepare: (signal) => firefly.prepare(signal),
    submit: (request, options) => firefly.submit(request, options),
    upload: (bytes, mimeType, signal) => firefly.upload(bytes, mimeType, signal),
    status: (...given) => firefly.status(...given),
    cancel: (...given) => firefly.cancel(...given),
    customModels: (query, signal) => firefly.customModels(query, signal),
    download: (url, sink, options) => firefly.download(url, sink, options),
    secrets: () => firefly.secrets(),
    close: () => firefly.close(),
  };
}
