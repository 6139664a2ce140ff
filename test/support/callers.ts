import { LOCAL, type Caller, type Rights } from '../../src/shared/caller.ts';

/** A caller with all rights, in a conversation of its own unless one is named. */
export function callerNamed(principal: string, conversation: string | undefined = `of ${principal}`): Caller {
  return { principal, conversation, can: LOCAL.can };
}

/** Rights of a person on another machine: no paths, no files, no upload ids of others. */
export const AFAR: Rights = {
  serverPaths: false,
  localFiles: false,
  uploadIds: 'own',
  scopes: new Set(['read', 'generate']),
  budget: undefined,
};

/** A caller on another machine. */
export function afar(principal: string): Caller {
  return { ...callerNamed(principal), can: AFAR };
}
