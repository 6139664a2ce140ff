/** What the first `tools/call` loads: kept apart from what start-up needs. */
export { ResponseDelivery as PendingAnswer } from './response-delivery.ts';
export { elicitThrough as askThrough, toInputRequired } from './elicitation.ts';
export { InputNeeded, invoke, UnknownTool } from './invoke.ts';
export { toCallToolResult } from './result.ts';
