import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Client } from '@modelcontextprotocol/client';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { prompts } from '../../../src/prompts/registry.ts';
import { resources } from '../../../src/resources/registry.ts';
import type { Rights } from '../../../src/shared/caller.ts';
import { tools } from '../../../src/tools/registry.ts';
import { noisy } from '../../images/pictures.ts';
import type { SharedServer } from './shared-server.ts';
import { FAMILIES, GIVEN, type Kind, neverMade, PLAIN, ROWS, WITHOUT_THINGS } from './things.ts';

/** A way to call a server: the caller with its rights, and another principal that has jobs and pictures on that server. */
export interface CallerKind {
  readonly can: Pick<Rights, 'serverPaths' | 'localFiles' | 'uploadIds'>;
  /** A new connection, which is a conversation of its own. */
  connect(server: SharedServer): Promise<Client>;
  /** A connection of another principal. */
  connectOther(server: SharedServer): Promise<Client>;
}

type Things = Record<Kind, string>;

/** The whole answer as text: content, structured content, error. */
async function told(answer: Promise<unknown>): Promise<string> {
  return JSON.stringify(
    await answer.catch((error: unknown) => [
      String(error),
      error instanceof Error && 'data' in error ? error.data : undefined,
    ]),
  );
}

const call = (client: Client, name: string, input: object) =>
  told(client.callTool({ name, arguments: { ...input } }, { timeout: 60_000 }));
const read = (client: Client, uri: string) => told(client.readResource({ uri }));

/** A picture that differs for each seed: noise of eight pixels, since that of one would be a megabyte in every call. */
const pictureOf = async (seed: number): Promise<Buffer> =>
  sharp(await noisy(80, 60, seed).png().toBuffer())
    .resize(640, 480, { kernel: 'nearest' })
    .png()
    .toBuffer();
const dataUriOf = async (seed: number) => `data:image/png;base64,${(await pictureOf(seed)).toString('base64')}`;

/** A job, its picture, an upload and a batch of this caller. */
async function make(client: Client, server: SharedServer, seed: number): Promise<Things> {
  const made = await client.callTool({
    name: 'generate_image',
    arguments: { prompt: `secret of ${seed}`, wait_seconds: 60, new_job: true },
  });
  const { job, images } = made.structuredContent as { job: string; images: { image: string }[] };
  const before = new Set(server.emulator.control.uploads().map(({ id }) => id));
  await client.callTool({
    name: 'expand_image',
    arguments: { image: await dataUriOf(seed), size: '1000x800', wait_seconds: 60 },
  });
  const upload = server.emulator.control.uploads().find(({ id }) => !before.has(id));
  const batch = await client.callTool({
    name: 'submit_batch',
    arguments: { items: [{ prompt: `secret batch of ${seed}` }] },
  });
  return {
    job,
    img: images[0]?.image ?? '',
    upload: upload?.id ?? '',
    batch: String((batch.structuredContent as { batch: string }).batch),
  };
}

const rows = Object.entries(ROWS).map(([key, row]) => {
  const [tool = '', argument = ''] = key.split(' ');
  return { tool, argument, row };
});
const cells = rows.flatMap(({ tool, argument, row }) => row.kinds.map((kind) => ({ tool, argument, row, kind })));
const fileRows = rows.filter(({ row }) => row.files);
const families = resources.filter((resource) => resource.kind === 'template');
let seeds = 0;

/** What holds for every kind of caller. */
export function callerContract(kind: CallerKind, shared: () => SharedServer): void {
  let client: Client;
  let own: Things;
  let foreign: Things;
  let given: string;
  const heard: string[] = [];
  const hear = async (answer: Promise<string>) => {
    const text = await answer;
    heard.push(text);
    return text;
  };
  /** Calls the tool with this thing as that argument. `THAT` takes the place of the thing in the answer, which may quote it. */
  const ask = async ({ tool, argument, row }: (typeof rows)[number], thing: string) => {
    const input = { ...row.with, [argument]: row.value?.(thing) ?? thing };
    const filled = Object.entries(input).map(([name, value]) => [name, value === GIVEN ? given : value]);
    return hear(call(client, tool, Object.fromEntries(filled)).then((text) => text.replaceAll(thing, 'THAT')));
  };

  beforeAll(async () => {
    seeds += 10;
    client = await kind.connect(shared());
    given = await dataUriOf(seeds);
    own = await make(client, shared(), seeds + 1);
    foreign = await make(await kind.connectOther(shared()), shared(), seeds + 2);
    for (const things of [own, foreign]) expect(Object.values(things).every((id) => id !== '')).toBe(true);
  });

  describe('of what is its own', () => {
    test.each(cells.filter((cell) => cell.kind !== 'upload'))(
      '$tool knows a $kind as $argument',
      async ({ kind: named, ...row }) => {
        const text = await ask(row, own[named]);
        expect(text).not.toMatch(/unknown_(job|image|batch)/);
      },
    );

    test.each(Object.entries(FAMILIES))('reads %s, lists it and completes its id', async (template, named) => {
      const uri = template.replace('{id}', own[named]);
      expect(await hear(read(client, uri))).toContain(uri);
      const ref = { type: 'ref/resource', uri: template } as const;
      const { completion } = await client.complete({ ref, argument: { name: 'id', value: own[named].slice(0, 8) } });
      expect(completion.values).toContain(own[named]);
    });
  });

  describe('of what belongs to another principal', () => {
    const compared = cells.filter((cell) => cell.kind !== 'upload' || kind.can.uploadIds === 'own');

    test.each(compared)('$tool answers as for what was never made: a $kind as $argument', async (cell) => {
      const submits = shared().emulator.control.submits().length;
      const unknown = neverMade(cell.kind);
      const answer = await ask(cell, foreign[cell.kind]);
      expect(answer).toBe(await ask(cell, unknown));
      expect(shared().emulator.control.submits()).toHaveLength(submits);
    });

    test.each(Object.entries(FAMILIES))('nothing is read, listed or completed: %s', async (template, named) => {
      const unknown = neverMade(named);
      const answers = [];
      for (const id of [foreign[named], unknown]) {
        const ref = { type: 'ref/resource', uri: template } as const;
        const completed = await told(client.complete({ ref, argument: { name: 'id', value: id } }));
        answers.push(`${await read(client, template.replace('{id}', id))}${completed}`.replaceAll(id, 'THAT'));
      }
      expect(answers[0]).toBe(answers[1]);
    });

    test('no list and no fixed resource tells of it', async () => {
      const lists = [
        await told(client.listResources()),
        await call(client, 'list_images', { limit: 50 }),
        await call(client, 'job_status', {}),
      ];
      for (const { uri } of resources.filter((resource) => resource.kind === 'fixed')) {
        lists.push(await hear(read(client, uri)));
      }
      for (const text of lists) for (const id of Object.values(foreign)) expect(text).not.toContain(id);
      expect(lists.join()).toContain(own.img);
    });

    test('a place in the list of resources that one of its own would lead to leads nowhere', async () => {
      const cursorAt = (image: string, job: string) =>
        Buffer.from(JSON.stringify({ image, job })).toString('base64url');
      const listed = async (cursor: string) =>
        hear(told(client.request({ method: 'resources/list', params: { cursor } })));
      // Older ones of its own follow, so that the form of a cursor is that of the server.
      await call(client, 'generate_image', { prompt: `newer ${seeds}`, wait_seconds: 60, new_job: true });
      const [newer = ''] = /img_\w+/.exec(await told(client.listResources())) ?? [];
      expect(await listed(cursorAt(newer, own.job))).toContain(own.img);
      const beyond = await listed(cursorAt(foreign.img, foreign.job));
      expect(beyond).toBe(await listed(cursorAt(neverMade('img'), neverMade('job'))));
      expect(beyond).not.toMatch(/(img|job)_/);
    });

    test.each(prompts.flatMap(({ name, arguments: given }) => given.map((argument) => [name, argument.name] as const)))(
      'no argument of a prompt is completed by it: %s %s',
      async (name, argument) => {
        const ref = { type: 'ref/prompt', name } as const;
        const complete = (value: string) => told(client.complete({ ref, argument: { name: argument, value } }));
        const proposed = [];
        for (const typed of ['', ...Object.values(foreign).map((id) => id.slice(0, 12))])
          proposed.push(await complete(typed));
        for (const id of Object.values(foreign)) expect(proposed.join()).not.toContain(id);
      },
    );

    test('an identical call makes a job of its own', async () => {
      const other = await kind.connectOther(shared());
      const input = { prompt: `both ask for ${seeds}`, wait_seconds: 60, idempotency_key: `key ${seeds}` };
      const [first, second] = [await call(other, 'generate_image', input), await call(client, 'generate_image', input)];
      const jobIn = (text: string) => /"job":"(job_\w+)"/.exec(text)?.[1];
      expect(jobIn(first)).toBeDefined();
      expect(jobIn(second)).toBeDefined();
      expect(jobIn(second)).not.toBe(jobIn(first));
    });
  });

  describe('an upload id', () => {
    const idRow = {
      tool: 'expand_image',
      argument: 'image',
      row: { kinds: [], with: { size: '900x900', wait_seconds: 60 } },
    };

    test('of its own is taken', async () => {
      expect(await ask(idRow, own.upload.toUpperCase())).toContain('"state":"succeeded"');
    });

    test(`of another principal is ${kind.can.uploadIds === 'own' ? 'refused' : 'taken as given'}`, async () => {
      const text = await ask(idRow, foreign.upload);
      if (kind.can.uploadIds === 'own') expect(text).toContain('"code":"invalid_picture"');
      else expect(text).toContain('"state":"succeeded"');
    });
  });

  describe('a path', () => {
    beforeAll(async () => {
      await writeFile(shared().path('mine.png'), await pictureOf(3));
      await writeFile(shared().path('mine.jsonl'), '{"prompt": "a fox"}\n');
    });

    const isTaken = kind.can.localFiles ? 'is taken' : 'is refused, whatever it names';
    test.each(fileRows)(`${isTaken}: $tool $argument`, async (row) => {
      const name = row.argument === 'file' ? 'mine.jsonl' : 'mine.png';
      const refusal = 'Files of the server cannot be named over this connection.';
      if (kind.can.localFiles) return expect(await ask(row, name)).not.toMatch(new RegExp(`${refusal}|outside_roots`));
      const absolute = shared().path(name);
      const paths = [name, absolute, pathToFileURL(absolute).href, 'missing.png', '/etc/passwd', 'C:/x.png', '~/x.png'];
      const answers = [];
      // The addresses for an upload are made anew each time.
      for (const path of paths) answers.push((await ask(row, path)).replaceAll(/(uploads?)\/[\w.-]+/g, '$1/…'));
      expect(answers[0]).toContain(refusal);
      expect(new Set(answers).size).toBe(1);
    });

    test(`${kind.can.serverPaths ? 'is written to' : 'is not written to'}`, async () => {
      const saved = await hear(call(client, 'save_image', { image: own.img }));
      const batch = await hear(
        call(client, 'submit_batch', { items: [{ prompt: `to a folder ${seeds}` }], folder: 'set' }),
      );
      for (const text of [saved, batch]) {
        if (kind.can.serverPaths) expect(text).toContain(shared().folder);
        else expect(text).toContain('"code":"no_server_paths"');
      }
    });

    test(`${kind.can.serverPaths ? 'is shown' : 'is in no answer'}`, async () => {
      await hear(call(client, 'list_images', {}));
      const showing = heard.filter((text) => text.includes(shared().folder));
      expect(showing.length > 0).toBe(kind.can.serverPaths);
    });
  });

  test('"last" is the newest picture of its own conversation', async () => {
    const another = await kind.connect(shared());
    expect(await call(another, 'show_images', {})).toContain('no picture was made in this conversation');
    await call(another, 'generate_image', { prompt: 'of the other conversation', wait_seconds: 60, new_job: true });
    expect(await call(another, 'show_images', {})).toContain('of the other conversation');
    expect(await call(client, 'show_images', {})).not.toContain('of the other conversation');
  });
}

/** The suite covers every tool and resource: a new one without a row fails here. */
export function completenessContract(): void {
  test('every argument that names a thing has a row, and every tool has been judged', () => {
    const named = tools.flatMap(({ name, input }) =>
      Object.keys(input.shape)
        .filter((argument) => !PLAIN.has(argument))
        .map((argument) => `${name} ${argument}`),
    );
    expect(Object.keys(ROWS).toSorted()).toEqual(named.toSorted());
    const judged = [...new Set(rows.map(({ tool }) => tool)), ...WITHOUT_THINGS];
    expect(judged.toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
  });

  test('every family of resources has a row', () => {
    expect(Object.keys(FAMILIES).toSorted()).toEqual(families.map(({ uriTemplate }) => uriTemplate).toSorted());
  });
}
