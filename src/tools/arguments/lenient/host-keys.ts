/**
 * Keys that hosts add to the arguments of tools of their own accord, with the host. They say nothing that the model or the
 * person asks for, and no model can leave them out. A tool that has an argument of such a name gets it.
 */
const ADDED_BY: ReadonlyMap<string, string> = new Map([
  ['_meta', 'clients that put the metadata of the request beside the arguments'],
  ['_sessionID', 'SiYuan'],
  ['action', 'n8n'],
  ['chatInput', 'n8n'],
  ['random_string', 'Cursor, for tools without a required argument'],
  ['security_risk', 'OpenHands'],
  ['sessionId', 'n8n'],
  ['task_progress', 'Cline'],
  ['tool', 'n8n'],
  ['toolCallId', 'n8n'],
  ['wait_for_previous', 'Gemini CLI'],
]);

/** Whether a key that the tool does not have was added by a host, so that it is dropped. */
export function isAddedByHost(name: string): boolean {
  return ADDED_BY.has(name);
}
