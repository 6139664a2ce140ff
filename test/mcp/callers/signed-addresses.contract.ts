import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Client } from '@modelcontextprotocol/client';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SharedServer } from './shared-server.ts';
import { neverMade } from './things.ts';

const call = async (client: Client, name: string, input: object) =>
  JSON.stringify(await client.callTool({ name, arguments: { ...input } }));
/** The first address of this route in an answer. */
const addressIn = (answer: string, route: 'images' | 'upload' | 'uploads') =>
  new RegExp(`http://[\\w.:]+/${route}/[\\w./-]+`).exec(answer)?.[0] ?? '';
const handleIn = (answer: string) => /img_\w+/.exec(answer)?.[0] ?? '';
const put = (address: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  fetch(address, { method: 'PUT', body: body as string, headers });
/** Another token in the place of the one in an address. */
const withToken = (address: string, change: (token: string) => string) =>
  address.replace(/(?<=\/(images|uploads?)\/)[^/]+/, change);

/** What holds for the addresses that callers over HTTP are given in place of paths. */
export function signedAddressesContract(shared: () => SharedServer): void {
  let ada: Client;
  let ben: Client;
  let page: string;
  let address: string;
  /** An address that was good a while ago. */
  const expired = () => {
    const subject = Buffer.from(shared().principalOf('ada')).toString('base64url');
    return withToken(address, () => shared().signer.sign('upload', subject, Date.now() - 5_000));
  };
  const picture = sharp({ create: { width: 320, height: 200, channels: 3, background: 'teal' } });

  beforeAll(async () => {
    ada = await shared().overNetwork('ada', 'requests');
    ben = await shared().overNetwork('ben', 'requests');
    const refused = await call(ada, 'show_images', { image: '/home/ada/holiday.jpg' });
    [page, address] = [addressIn(refused, 'upload'), addressIn(refused, 'uploads')];
  });

  describe('a path that a person on another machine gives', () => {
    test('is refused with two fresh addresses, and what is put there is a picture of that person', async () => {
      const answer = await put(`${address}?name=holiday.png`, await picture.clone().png().toBuffer());
      expect(answer.status).toBe(201);
      const { image, ...facts } = (await answer.json()) as Record<string, unknown>;
      expect(facts).toMatchObject({ width: 320, height: 200, mime_type: 'image/png' });
      expect(await call(ada, 'show_images', { image })).toContain('320x200');
      expect(await call(ada, 'list_images', { kind: 'import', text: 'holiday' })).toContain(String(image));
      expect(await call(ben, 'show_images', { image })).toContain('"code":"unknown_image"');
    });

    test('is refused without addresses to a sign-in that may only read', async () => {
      const refused = await call(await shared().overNetwork('adaReads', 'requests'), 'show_images', {
        image: '/x.png',
      });
      expect(refused).toContain('outside_roots');
      expect(addressIn(refused, 'uploads')).toBe('');
    });

    test('can be given on a page, which runs nothing but its own script', async () => {
      const answer = await fetch(page);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'sha256-/);
      const html = await answer.text();
      expect(html).toContain(`data-put="${new URL(address).pathname}"`);
      const script = /<script>([^]*)<\/script>/.exec(html)?.[1] ?? '';
      const hash = createHash('sha256').update(script).digest('base64');
      expect(answer.headers.get('content-security-policy')).toContain(hash);
    });
  });

  describe('an upload', () => {
    const refusals: [string, number, string, string | Uint8Array, Record<string, string>][] = [
      ['of a type that is no picture', 415, 'not_a_picture', 'a', { 'Content-Type': 'image/heic' }],
      ['of bytes that are no picture', 415, 'not_a_picture', '<html>', {}],
      ['of a cut picture', 415, 'not_a_picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), {}],
    ];
    test.each(refusals)('%s is answered %d', async (_what, status, code, body, headers) => {
      const answer = await put(address, body, headers);
      expect(answer.status).toBe(status);
      expect(await answer.json()).toMatchObject({ error: { code, next: expect.any(String) as string } });
    });

    test.each([
      ['a type that is no picture', 'video/mp4', 415, 'not_a_picture', () => address],
      ['a content that is no picture', 'image/jpeg', 415, 'not_a_picture', () => address],
      ['an address that has expired', 'image/jpeg', 403, 'upload_address_invalid', () => expired()],
    ] as const)('of many bytes is told why, and not cut off: %s', async (_what, type, status, code, at) => {
      const body = Buffer.alloc(48 * 1024 ** 2, 'x');
      const outgoing = request(at(), {
        method: 'PUT',
        headers: { 'Content-Type': type, 'Content-Length': body.length },
      });
      // What a script is told whose connection is reset while it sends.
      const errors: Error[] = [];
      outgoing.on('error', (error) => void errors.push(error));
      outgoing.end(body);
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      expect(incoming.statusCode).toBe(status);
      expect(JSON.parse(await text(incoming))).toMatchObject({ error: { code } });
      expect(errors).toEqual([]);
    });

    test('that announces too many bytes is refused before one of them is read', async () => {
      const outgoing = request(address, { method: 'PUT', headers: { 'Content-Length': 65 * 1024 ** 2 } });
      outgoing.flushHeaders();
      const [answer] = await new Promise<[number | undefined, string]>((resolve, reject) => {
        outgoing.once(
          'response',
          (incoming) => void text(incoming).then((body) => resolve([incoming.statusCode, body]), reject),
        );
        outgoing.once('error', reject);
      });
      outgoing.destroy();
      expect(answer).toBe(413);
    });

    test('that breaks off is no picture, leaves no file, and takes no place from others, however often it does', async () => {
      const bytes = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'navy' } })
        .png({ compressionLevel: 0 })
        .toBuffer();
      const files = async () =>
        (await readdir(shared().folder, { recursive: true })).filter((name) => !/sqlite/.test(name)).length;
      const before = await files();
      const { hostname, port, pathname } = new URL(address);
      const breakOff = async (end: (socket: Socket) => void) => {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined);
        const head = `PUT ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${bytes.length}\r\n\r\n`;
        await new Promise((resolve) =>
          socket.write(Buffer.concat([Buffer.from(head), bytes.subarray(0, 20_000)]), resolve),
        );
        end(socket);
        await once(socket, 'close');
      };
      for (let i = 0; i < 20; i += 1) {
        await breakOff((socket) => (i % 2 === 0 ? socket.resetAndDestroy() : socket.destroy()));
      }
      await expect.poll(files).toBe(before);
      expect((await put(address, bytes)).status).toBe(201);
    });

    test.each([
      ['with another signature', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
      ['for another person', (token: string) => token.replace(/^[^.]+/, Buffer.from('local').toString('base64url'))],
      ['for longer', (token: string) => token.replace(/\.[^.]+\./, '.zzzzzz.')],
    ])('to an address that was made up, %s, is refused', async (_what, change) => {
      const answer = await put(withToken(address, change), await picture.clone().png().toBuffer());
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ error: { code: 'upload_address_invalid' } });
      expect((await fetch(withToken(page, change))).status).toBe(403);
    });

    test('to an address that was good a while ago is refused, and its page says how to get another one', async () => {
      const answer = await put(expired(), await picture.clone().png().toBuffer());
      expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: 'upload_address_invalid' } }]);
      const opened = await fetch(expired().replace('/uploads/', '/upload/'));
      expect([opened.status, opened.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
      expect(await opened.text()).toMatch(/has expired[^]*the answer holds a fresh address/);
    });

    test('that is named after its format by a phone, in a format that is not read, is told how to convert it', async () => {
      const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(2_000)]);
      const answer = await put(address, heic, { 'Content-Type': 'image/heic' });
      expect(answer.status).toBe(415);
      expect(JSON.stringify(await answer.json())).toMatch(/HEIC picture.*Export it as JPEG/);
    });
  });

  describe('a link to a picture', () => {
    let link: string;
    let bytes: Buffer;
    beforeAll(async () => {
      bytes = await picture.clone().jpeg().toBuffer();
      const { image } = (await (await put(address, bytes)).json()) as { image: string };
      link = addressIn(await call(ada, 'show_images', { image }), 'images');
    });

    test('gives the original to a browser, and nothing that a browser would run', async () => {
      const answer = await fetch(link, { headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('image/jpeg');
      expect(answer.headers.get('content-disposition')).toBe(`inline; filename="${handleIn(link)}.jpg"`);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    });

    test('gives one range, also the last bytes, and says what is there by HEAD', async () => {
      const head = await fetch(link, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')]).toEqual([
        200,
        String(bytes.length),
        'bytes',
      ]);
      expect((await head.arrayBuffer()).byteLength).toBe(0);
      for (const [range, from, to] of [
        ['bytes=10-19', 10, 20],
        ['bytes=-7', bytes.length - 7, bytes.length],
        ['bytes=5-', 5, bytes.length],
      ] as const) {
        const part = await fetch(link, { headers: { Range: range } });
        expect([part.status, part.headers.get('content-range')]).toEqual([
          206,
          `bytes ${from}-${to - 1}/${bytes.length}`,
        ]);
        expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(from, to))).toBe(true);
      }
      const beyond = await fetch(link, { headers: { Range: `bytes=${bytes.length}-` } });
      expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
    });

    test('answers to ranges that make no sense with the whole, or with what is there', async () => {
      const many = Array.from({ length: 1_000 }, (_, i) => `${i}-`).join(',');
      for (const range of [
        'bytes=0-0,0-0',
        `bytes=${many}`,
        'bytes=5-4',
        'bytes=--5',
        'bytes=a-b',
        'bytes=0x1-0x2',
        'bytes=1e1-',
        `bytes=${'9'.repeat(30)}-`,
        'items=0-5',
        'bytes=',
      ]) {
        const answer = await fetch(link, { headers: { Range: range } });
        expect([range, answer.status]).toEqual([range, 200]);
        expect((await answer.arrayBuffer()).byteLength).toBe(bytes.length);
      }
      const beyond = await fetch(link, { headers: { Range: `bytes=0-${'9'.repeat(15)}` } });
      expect([beyond.status, (await beyond.arrayBuffer()).byteLength]).toEqual([206, bytes.length]);
      const changed = await fetch(link, { headers: { Range: 'bytes=0-9', 'If-Range': '"another"' } });
      expect([changed.status, (await changed.arrayBuffer()).byteLength]).toEqual([200, bytes.length]);
    });

    test('is not sent again to a client that has it, as a proxy may name it too, and HEAD tells of the whole', async () => {
      const tag = (await fetch(link, { method: 'HEAD' })).headers.get('etag') ?? '';
      for (const known of [tag, `W/${tag}`, `"other", W/${tag}`, `"other",${tag}`, '*']) {
        const answer = await fetch(link, { headers: { 'If-None-Match': known } });
        expect([known, answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([known, 304, 0]);
      }
      expect((await fetch(link, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200);
      const head = await fetch(link, { method: 'HEAD', headers: { Range: 'bytes=0-9' } });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    });

    test('counts with each of its characters, and leads to no file', async () => {
      const { origin, pathname } = new URL(link);
      const [, , token = ''] = pathname.split('/');
      const changes = Array.from(
        token,
        (letter, at) => `${token.slice(0, at)}${letter === 'a' ? 'b' : 'a'}${token.slice(at + 1)}`,
      );
      const odd = [`${token}a`, token.slice(1), token.toUpperCase(), `${token}.`, token.replaceAll('.', '%2e%2e')];
      for (const made of [...changes, ...odd]) {
        const { status } = await fetch(`${origin}/images/${made}/x.jpg`);
        expect([made, status]).toEqual([made, 404]);
      }
      for (const path of [
        `/images/${token}/../../etc/passwd`,
        `/images/${token}/..%2f..%2fetc%2fpasswd`,
        `/images/..%2f..%2fetc/passwd`,
        `/images/${token}//etc/passwd`,
        `/images/%00/x`,
        `/images/${token}/x/preview`,
      ]) {
        const answer = await shared().fetch(undefined, path);
        const told = Buffer.from(await answer.arrayBuffer());
        // The file name behind the signature is a label for people; it names no file of the server.
        expect([path, answer.status === 404 || told.equals(bytes)]).toEqual([path, true]);
      }
    });

    test('is saved under a name with ?download, is not sent twice to a cache, and has a preview', async () => {
      const answer = await fetch(`${link}?download`);
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="img_\w+\.jpg"$/);
      const again = await fetch(link, { headers: { 'If-None-Match': answer.headers.get('etag') ?? '' } });
      expect(again.status).toBe(304);
      const preview = await fetch(link.replace(/[^/]+$/, 'preview'));
      expect(preview.headers.get('content-type')).toBe('image/jpeg');
      expect((await sharp(await preview.arrayBuffer()).metadata()).width).toBe(320);
    });

    test('whose file was damaged since it was sent is given to nobody', async () => {
      const noise = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
        .png()
        .toBuffer();
      const { image } = (await (await put(address, noise)).json()) as { image: string };
      const other = addressIn(await call(ada, 'show_images', { image }), 'images');
      const sent = async () => Buffer.from(await (await fetch(other)).arrayBuffer());
      expect((await sent()).equals(noise)).toBe(true);
      const name = `${createHash('sha256').update(noise).digest('hex')}.png`;
      const files = await readdir(shared().folder, { recursive: true });
      const file = join(shared().folder, files.find((path) => path.endsWith(name)) ?? '');
      await writeFile(file, noise.fill(0, noise.length - 40, noise.length - 20));
      await expect(sent()).rejects.toThrow(/terminated/);
    });

    test('lists nothing', async () => {
      const { origin } = new URL(link);
      for (const path of ['/images', '/images/', `/images/${handleIn(link)}`, '/uploads', '/upload']) {
        expect((await fetch(`${origin}${path}`)).status, path).toBe(404);
      }
    });

    test('made into one of a picture of another principal answers like one of a picture that was never made', async () => {
      const refused = await call(ben, 'show_images', { image: '/home/ben/secret.jpg' });
      const theirs = (await (await put(addressIn(refused, 'uploads'), bytes)).json()) as { image: string };
      const shown = addressIn(await call(ben, 'show_images', { image: theirs.image }), 'images');
      expect((await fetch(shown)).status).toBe(200);
      const answers = [];
      for (const id of [theirs.image, neverMade('img')]) {
        const signed = link.replaceAll(handleIn(link), id);
        const named = link.replace(/img_\w+(?=\.\w+$)/, id);
        const addresses = [signed, signed.replace(/[^/]+$/, 'preview'), named, `${named}?download`];
        const told = addresses.map(async (address) => {
          const answer = await fetch(address);
          const { date: _, ...headers } = Object.fromEntries(answer.headers);
          return [answer.status, headers, Buffer.from(await answer.arrayBuffer()).toString('base64')];
        });
        answers.push(JSON.stringify(await Promise.all(told)).replaceAll(id, 'THAT'));
      }
      expect(new Set(answers).size).toBe(1);
    });

    test('that was made up answers like one to a picture that is gone', async () => {
      const { image } = (await (
        await put(
          address,
          await sharp({ create: { width: 30, height: 30, channels: 3, background: 'red' } })
            .png()
            .toBuffer(),
        )
      ).json()) as { image: string };
      const gone = addressIn(await call(ada, 'show_images', { image }), 'images');
      await call(ada, 'delete_images', { image, confirm: true });
      const answers = [];
      for (const made of [
        gone,
        withToken(link, (token) => token.replace(/^\w+/, handleIn(gone))),
        withToken(link, () => 'x'),
      ]) {
        const answer = await fetch(made);
        answers.push([answer.status, await answer.text()]);
      }
      expect(answers[0]).toEqual([404, 'There is no such picture.\n']);
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    });

    test('and an upload address do not stand for each other', async () => {
      const token = /\/images\/([^/]+)/.exec(link)?.[1] ?? '';
      expect(
        (
          await put(
            withToken(address, () => token),
            bytes,
          )
        ).status,
      ).toBe(403);
      const upload = /\/uploads\/([^/]+)/.exec(address)?.[1] ?? '';
      expect((await fetch(withToken(link, () => upload))).status).toBe(404);
    });
  });
}
