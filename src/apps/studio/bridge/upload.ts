import { BridgeError } from './bridge.ts';

const PLACE = '/studio/pictures';

/**
 * Sends a file of the person's device to the server that the page came from. `XMLHttpRequest`, because `fetch` tells
 * nothing of what has been sent.
 * @returns the handle of the picture
 * @throws BridgeError with the server's words
 */
export function uploadFile(file: File, onProgress: (percent: number) => void, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', PLACE);
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', file.type === '' ? 'application/octet-stream' : file.type);
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress((loaded / Math.max(1, total)) * 100));
    request.addEventListener('error', () => reject(new BridgeError('offline', 'The connection broke.')));
    request.addEventListener('abort', () => reject(new BridgeError('refused', 'Stopped.')));
    request.addEventListener('load', () => {
      const answer: unknown = request.response;
      const { image, error } = answerOf(answer);
      if (image !== undefined) resolve(image);
      else if (request.status === 401) reject(new BridgeError('session', 'The session has ended.'));
      else reject(new BridgeError('refused', error ?? `The server answered ${request.status}.`));
    });
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function answerOf(answer: unknown): { image?: string; error?: string } {
  if (typeof answer !== 'object' || answer === null) return {};
  const { image, error } = answer as { image?: unknown; error?: { message?: unknown } };
  return {
    ...(typeof image === 'string' ? { image } : {}),
    ...(typeof error?.message === 'string' ? { error: error.message } : {}),
  };
}
