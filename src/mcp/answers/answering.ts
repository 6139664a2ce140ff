import { ProtocolError, ProtocolErrorCode, type ServerContext } from '@modelcontextprotocol/server';
import { withoutAbsentTools } from '../../render/absent-tools.ts';
import { linkSignals } from '../../shared/time/abort.ts';
import { requireScope } from '../../shared/caller.ts';
import { Problem, toProblemRecord, withoutPlaces } from '../../shared/errors.ts';
import type { ToolCall } from '../../tools/definition/define.ts';
import { callerOf, type Connection, type ServingOptions } from '../options.ts';

/** One request about resources, prompts or completion. */
export type ReadingCall = Omit<ToolCall, 'progress'>;

/** Answers one request; what `work` throws becomes a protocol error. */
export type Answer = <T>(context: ServerContext, work: (call: ReadingCall) => Promise<T>) => Promise<T>;

/** How requests that read are answered on a connection: with the sender's rights, until the connection drains. */
export function answering(options: ServingOptions, connection: Connection): Answer {
  return async (context, work) => {
    if (connection.draining) {
      // Each open request listens to the signal that the server stops: many listeners are no leak.
      const { EventEmitter } = await import('node:events');
      EventEmitter.setMaxListeners(0, connection.draining);
    }
    using linked = linkSignals(context.mcpReq.signal, connection.draining);
    const caller = callerOf(connection, context);
    try {
      requireScope(caller, 'read');
      return await work({
        caller,
        meta: context.mcpReq._meta,
        signal: linked.signal,
        settings: options.settings,
        clock: options.clock,
        random: options.random,
        services: options.services,
      });
    } catch (error) {
      throw toProtocolError(caller.can.serverPaths ? error : withoutPlaces(error), options);
    }
  };
}

/** A request that cannot be answered as it is. */
export function invalidParams(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

/** A `ProtocolError` is passed on, a `Problem` keeps its code and texts, anything else is described in the log only. */
function toProtocolError(error: unknown, options: ServingOptions): Error {
  if (error instanceof ProtocolError) return error;
  if (error instanceof Problem) {
    const { code, message, actor } = error;
    const next = withoutAbsentTools(error.next, options.settings.absentTools ?? []);
    return new ProtocolError(ProtocolErrorCode.InternalError, `${message} ${next}`.trim(), { code, actor, next });
  }
  options.logger.error('resource_defect', { error });
  const { code, message, actor } = toProblemRecord(error);
  return new ProtocolError(ProtocolErrorCode.InternalError, message, { code, actor });
}
