import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import { environmentOf, lastOf, parseCopy, parseDockerfile } from './dockerfile.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const stages = parseDockerfile(read('Dockerfile'));
const image = stages.at(-1)!;

describe('the Dockerfile', () => {
  test('copies only what is there, and what .dockerignore lets through', () => {
    const copies = stages.flatMap(({ instructions }) =>
      instructions.filter(({ name }) => name === 'COPY').map(parseCopy),
    );
    const own = copies.filter(({ from }) => from === undefined).flatMap(({ sources }) => sources);
    expect(own).toEqual(expect.arrayContaining(['package-lock.json', 'src', 'LICENSE']));
    expect(own.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    const [everything, ...allowed] = read('.dockerignore').trim().split('\n');
    expect(everything).toBe('*');
    expect(own.filter((source) => !allowed.includes(`!${source}`))).toEqual([]);
    const named = new Set(stages.map(({ name }) => name));
    expect(copies.filter(({ from }) => from !== undefined && !named.has(from))).toEqual([]);
  });

  test('starts the server on stdio, as a user without rights, with its data on a volume', () => {
    expect(lastOf(image, 'USER')).toBe('node');
    expect(image.instructions.at(-1)).toEqual({ name: 'CMD', text: '["stdio"]' });
    expect(JSON.parse(lastOf(image, 'ENTRYPOINT') ?? '')).toEqual(['node', '/app/dist/main.js']);
    expect(environmentOf(image)['FIREFLY_HOME']).toBe(lastOf(image, 'VOLUME'));
    // What comes after USER runs without rights, so that nothing needs them.
    const names = image.instructions.map(({ name }) => name);
    expect(names.slice(names.indexOf('USER') + 1)).toEqual(['VOLUME', 'ENTRYPOINT', 'CMD']);
  });

  test('brings no install script and no development dependency, and holds no credential', () => {
    const text = read('Dockerfile');
    expect(text.match(/npm (ci|prune) .*--ignore-scripts/g)).toHaveLength(2);
    expect(text).toContain('npm prune --omit=dev');
    expect(text).not.toMatch(/CLIENT_ID|SECRET|ACCESS_TOKEN/);
  });
});

const Compose = z.strictObject({
  services: z.record(
    z.string(),
    z.strictObject({
      build: z.literal('.'),
      image: z.string(),
      command: z.array(z.string()),
      network_mode: z.literal('host'),
      read_only: z.literal(true),
      tmpfs: z.array(z.string()),
      cap_drop: z.tuple([z.literal('ALL')]),
      security_opt: z.array(z.string()),
      volumes: z.array(z.string()),
      environment: z.record(z.string(), z.string()),
      healthcheck: z.strictObject({
        test: z.tuple([z.literal('CMD'), z.literal('node'), z.literal('-e'), z.string()]),
        interval: z.string(),
        timeout: z.string(),
        start_period: z.string(),
      }),
      restart: z.literal('unless-stopped'),
    }),
  ),
  volumes: z.record(z.string(), z.null()),
});

describe('compose.yaml', () => {
  const { services, volumes } = Compose.parse(parse(read('compose.yaml')));
  const [[, service] = []] = Object.entries(services);

  test('has one server, whose only place to write is the data volume', () => {
    expect(Object.keys(services)).toEqual(['firefly']);
    expect(service?.volumes).toEqual([`${Object.keys(volumes)[0]}:${lastOf(image, 'VOLUME')}`]);
    expect(service?.command[0]).toBe('http');
  });

  test('takes credentials from the environment and holds none', () => {
    expect(service?.environment).toEqual({
      FIREFLY_CLIENT_ID: '${FIREFLY_CLIENT_ID:-}',
      FIREFLY_CLIENT_SECRET: '${FIREFLY_CLIENT_SECRET:-}',
    });
    expect(read('.gitignore').split('\n')).toContain('.env');
  });

  test('asks for health where the server answers', () => {
    const port = service?.command[service.command.indexOf('--port') + 1];
    expect(service?.healthcheck.test[3]).toContain(`http://127.0.0.1:${port}/healthz`);
  });
});
