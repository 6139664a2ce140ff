/** What the first `tools/call` loads: kept apart from what start-up needs. */
export { PendingAnswer } from './answers.ts';
export { askThrough, toInputRequired } from './asking.ts';
export { InputNeeded, invoke, UnknownTool } from './invoke.ts';
export { toCallToolResult } from './result.ts';
