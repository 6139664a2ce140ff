import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import type { LoggedRequest, OriginName, Phase } from '../state/request-log.ts';
import type { EmulatorContext } from '../context.ts';

/** One request on its way through the emulator. */
export interface Call {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** The part of the path that the template names in braces, decoded. */
  readonly parameter: string;
  readonly body: Buffer;
  /** The client's `x-request-id`, else one of ours. */
  readonly requestId: string;
  readonly entry: LoggedRequest;
  readonly world: EmulatorContext;
}

/** How an operation answers when it refuses: Adobe has a different envelope for each family. */
export type Envelope = 'api' | 'reason' | 'ims' | 's3' | 'upload';

interface Traits {
  /** Adobe's operation id, or a name of ours where its document has none. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** A path of Adobe's; `{…}` stands for one segment. */
  readonly path: string;
  readonly origins: readonly OriginName[];
  readonly phase: Phase;
  readonly envelope: Envelope;
  /** Whether the gateway asks for API key and token. */
  readonly gated: boolean;
  /** Whether it draws on the organisation's quota. */
  readonly paid: boolean;
  /** The media type that a body must have; nothing for an operation without one. */
  readonly accepts?: string;
  /** Most bytes of a body; without it, what is enough for any JSON. */
  readonly longestBody?: number;
  /** The wire schema of each successful JSON answer, by HTTP status. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
}

/** What an operation is made of. */
export interface OperationParts<Input> extends Traits {
  /**
   * Parses and validates; changes nothing.
   * @throws Refusal
   */
  readonly read: (call: Call) => Input | Promise<Input>;
  /** @throws Refusal */
  readonly handle: (input: Input, call: Call) => Answer | Promise<Answer>;
}

/** An operation of any input: the two steps, tied together. */
export interface Operation extends Traits {
  /** Runs `read`; what comes of it runs `handle`, after the quota has been asked. */
  readonly prepare: (call: Call) => Promise<() => Answer | Promise<Answer>>;
}

/** Hides the type of an operation's input, so that all of them fit one list. */
export function defineOperation<Input>({ read, handle, ...traits }: OperationParts<Input>): Operation {
  return {
    ...traits,
    prepare: async (call) => {
      const input = await read(call);
      return () => handle(input, call);
    },
  };
}
