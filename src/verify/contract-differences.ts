import { z } from 'zod';
import { CustomModelsResponse } from '../firefly/contract/custom-models.ts';
import { ApiError } from '../firefly/contract/errors.ts';
import { TokenError, TokenResponse } from '../firefly/contract/ims.ts';
import { StatusResponse } from '../firefly/contract/status.ts';
import { StorageImageResponse } from '../firefly/contract/upload.ts';
import { PAID_ENDPOINTS, type Registry } from '../firefly/endpoints/registry.ts';
import { isRecord } from '../shared/text/json.ts';

/** One way in which an answer differs from its documented shape: by name and type, never by value. */
export interface Difference {
  readonly operation: string;
  readonly status: number;
  readonly kind: 'unknown' | 'missing' | 'other_type';
  /** Path of the field, such as `result.outputs[].image`. */
  readonly field: string;
  /** JSON type of what came; of a missing field the documented one. */
  readonly type: string;
}

const FREE: Readonly<Record<string, z.ZodType>> = {
  token: TokenResponse,
  storageImageV2: StorageImageResponse,
  getCustomModels: CustomModelsResponse,
  jobResultV3: StatusResponse,
};

/** The part of a JSON Schema that is compared. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

/** Compares an answer with the contract. An answer without a documented JSON shape has no differences. */
export function differencesOf(operation: string, status: number, body: unknown): readonly Difference[] {
  const schema = shapeFor(operation, status);
  if (schema === undefined || body === undefined) return [];
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const found: Pick<Difference, 'kind' | 'field' | 'type'>[] = [];
  compare(shape, body, '', found);
  return found.map((difference) => ({ operation, status, ...difference }));
}

function shapeFor(operation: string, status: number): z.ZodType | undefined {
  const isSuccess = status >= 200 && status < 300;
  if (!isSuccess) return operation === 'token' ? TokenError : ApiError;
  const paid: Registry = PAID_ENDPOINTS;
  return FREE[operation] ?? paid[operation]?.accept.body;
}

type Found = Pick<Difference, 'kind' | 'field' | 'type'>[];

function compare(shape: Shape, value: unknown, field: string, found: Found): void {
  const type = typeOf(value);
  if (shape.anyOf) {
    const attempts = shape.anyOf.map((option) => {
      const differences: Found = [];
      compare(option, value, field, differences);
      return differences;
    });
    const [closest = []] = attempts.toSorted((one, other) => one.length - other.length);
    found.push(...closest);
    return;
  }
  const types = [shape.type ?? []].flat();
  if (types.length > 0 && !types.includes(type) && !(types.includes('integer') && type === 'number')) {
    found.push({ kind: 'other_type', field, type });
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value) compare(shape.items ?? {}, item, `${field}[]`, found);
  } else if (isRecord(value) && shape.properties) {
    const known = shape.properties;
    for (const name of shape.required ?? []) {
      const wanted = [known[name]?.type ?? 'any'].flat().join(' or ');
      if (!(name in value)) found.push({ kind: 'missing', field: below(field, name), type: wanted });
    }
    for (const [name, inner] of Object.entries(value)) {
      const documented = Object.hasOwn(known, name) ? known[name] : undefined;
      if (documented === undefined) found.push({ kind: 'unknown', field: below(field, name), type: typeOf(inner) });
      else compare(documented, inner, below(field, name), found);
    }
  }
}

/** A key may be data, such as an id or an address: only what looks like a name is shown. */
function below(field: string, name: string): string {
  const shown = /^[a-z_][\w:-]{0,40}$/i.test(name) && !/\d{4}/.test(name) ? name : '(another name)';
  return field === '' ? shown : `${field}.${shown}`;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
