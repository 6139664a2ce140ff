import type { OpenedOrder } from '../../../images/steps/compose-mask.ts';
import type { Services, ToolCall } from '../../definition/define.ts';

/** Services and call for making masks. */
export interface MaskContext {
  readonly services: Services;
  readonly call: ToolCall;
  /** Name of the calling tool; recorded with masks that are made for it. */
  readonly tool: string;
  /** How a mask is used, where a window is planned by what it opens. */
  readonly opened?: OpenedOrder | undefined;
}
