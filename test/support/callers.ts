import { LOCAL, type Caller } from '../../src/shared/caller.ts';

/** A caller with all rights, in a conversation of its own unless one is named. */
export function callerNamed(principal: string, conversation: string | undefined = `of ${principal}`): Caller {
  return { principal, conversation, can: LOCAL.can };
}
