import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import type { LoggedRequest, OriginName, Phase } from '../state/request-log.ts';
import type { EmulatorContext } from '../context.ts';

/** One request, as operations receive it. */
export interface Call {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** The path segment that the template has in braces, decoded. */
  readonly parameter: string;
  readonly body: Buffer;
  /** The client's `x-request-id`, else a generated one. */
  readonly requestId: string;
  readonly entry: LoggedRequest;
  readonly context: EmulatorContext;
}

/** Form of an operation's error bodies: Adobe has one for each family of operations. */
export type Envelope = 'api' | 'reason' | 'ims' | 's3' | 'upload';

interface Traits {
  /** Adobe's operation id, or our own name if the document has none. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path template; `{…}` matches one segment. */
  readonly path: string;
  readonly origins: readonly OriginName[];
  readonly phase: Phase;
  readonly envelope: Envelope;
  /** Whether the gateway requires API key and token. */
  readonly gated: boolean;
  /** Whether a request counts against the organisation's quota. */
  readonly paid: boolean;
  /** Required media type of the body; absent for an operation that checks none. */
  readonly accepts?: string;
  /** Limit of the body, bytes; by default that of a JSON body. */
  readonly longestBody?: number;
  /** The wire schema of each successful JSON answer, by HTTP status. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
}

/** Declaration of an operation. */
interface OperationParts<Input> extends Traits {
  /**
   * Parses and validates without side effects.
   * @throws Refusal
   */
  readonly read: (call: Call) => Input | Promise<Input>;
  /**
   * Takes effect and responds.
   * @throws Refusal
   */
  readonly handle: (input: Input, call: Call) => Answer | Promise<Answer>;
}

/** An operation whose input type is hidden. */
export interface Operation extends Traits {
  /** Runs `read` and returns a function that runs `handle`; the quota is checked in between. */
  readonly prepare: (call: Call) => Promise<() => Answer | Promise<Answer>>;
}

/** Hides the input type of an operation, so that all operations fit one list. */
export function defineOperation<Input>({ read, handle, ...traits }: OperationParts<Input>): Operation {
  return {
    ...traits,
    prepare: async (call) => {
      const input = await read(call);
      return () => handle(input, call);
    },
  };
}
