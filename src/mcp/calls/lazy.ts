// What the first `tools/call` loads, apart from what every start-up needs.
export { elicitThrough, toInputRequired } from './elicitation.ts';
export { isTakenBack } from '../client/client-cancel.ts';
export { InputNeeded, invoke, UnknownTool } from './invoke.ts';
export { requestStates, useConsentIn } from './request-state.ts';
export { ResponseDelivery } from './response-delivery.ts';
export { toCallToolResult } from './result.ts';
