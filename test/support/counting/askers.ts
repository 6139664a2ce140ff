import { AsyncLocalStorage } from 'node:async_hooks';

const askers = new AsyncLocalStorage<string>();

/** The call that the code now running serves, such as `jobs.enqueue`; undefined beside calls, as in the engine. */
export function currentAsker(): string | undefined {
  return askers.getStore();
}

/** The service with its calls as askers: what is counted within one is recorded under `name.method`. */
export function asking<Service extends object>(name: string, service: Service): Service {
  return new Proxy(service, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) =>
        askers.run(`${name}.${String(key)}`, () => Reflect.apply(value, target, given) as unknown);
    },
  });
}
