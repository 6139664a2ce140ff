import { expect } from 'vitest';
import { isRecord } from '../../src/shared/text/json.ts';

/** Messages of the server: none tells of a defect, a line of our code, or the form of a schema. */
export function judgeMessages(messages: readonly unknown[]): void {
  for (const message of messages) {
    const text = JSON.stringify(message) ?? '';
    expect(text).not.toMatch(/"code":"internal_error"|\\n +at |"invalid_type\\"/);
    const error = isRecord(message) ? message['error'] : undefined;
    // A failure that is known has a code of its own beside that of the protocol.
    if (isRecord(error) && error['code'] === -32603) expect(error).toHaveProperty('data.code');
  }
}
