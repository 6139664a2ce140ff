import { readFileSync } from 'node:fs';
import { measure } from '../../images/formats/format.ts';
import { Problem } from '../../shared/errors.ts';
import type { ToolResult } from './server.ts';

/** The error that ends the tour when a result is not as promised. */
export function demoFailed(what: string): Problem {
  return new Problem('demo_failed', `The demo failed: ${what}.`, {
    next: 'Please report it with the output above.',
  });
}

/**
 * The result of a tool.
 * @throws Problem `demo_failed` where the tool answered with an error
 */
export function requireSuccess(result: ToolResult, tool: string): ToolResult {
  if (!result.isError) return result;
  const text = result.content.find((block) => block.type === 'text')?.text ?? 'no text';
  throw demoFailed(`${tool} answered with an error: ${text}`);
}

/** Requires a complete picture of this size at `path`. @throws Problem `demo_failed` */
export function verifyPicture(path: string, size: { readonly width: number; readonly height: number }): void {
  const measured = measure(readFileSync(path));
  if ('problem' in measured) throw demoFailed(`${path} is not a complete picture: ${measured.problem}`);
  const { width, height } = measured;
  if (width === size.width && height === size.height) return;
  throw demoFailed(`${path} is ${width}x${height} instead of ${size.width}x${size.height}`);
}
