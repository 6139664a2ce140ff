import { readFileSync } from 'node:fs';
import { measure } from '../../images/formats/format.ts';
import { Problem } from '../../shared/errors.ts';
import type { ToolResult } from './server.ts';

/** Ends the tour: something that it promised did not happen. */
export function broken(what: string): Problem {
  return new Problem('demo_failed', `The demo found something wrong: ${what}.`, {
    actor: 'us',
    next: 'Please report it with the output above.',
  });
}

/** The result, unless the tool answered with an error. */
export function successful(result: ToolResult, tool: string): ToolResult {
  if (!result.isError) return result;
  const text = result.content.find((block) => block.type === 'text')?.text ?? 'no text';
  throw broken(`${tool} answered with an error: ${text}`);
}

/** Reads the picture at `path` and makes sure that it is whole and of the size that was asked for. */
export function checkedPicture(path: string, size: { readonly width: number; readonly height: number }): string {
  const measured = measure(readFileSync(path));
  if ('problem' in measured) throw broken(`${path} is no whole picture: ${measured.problem}`);
  const { width, height } = measured;
  if (width === size.width && height === size.height) return `${width}x${height}`;
  throw broken(`${path} is ${width}x${height}, but ${size.width}x${size.height} was asked for`);
}
