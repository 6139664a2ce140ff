import { TokenResponse } from '../../firefly/contract/ims.ts';
import * as errors from '../http/errors/errors.ts';
import { defineOperation } from './operation.ts';

/** Issues an OAuth server-to-server token. Unknown scopes are accepted and ignored, as at Adobe. */
export const token = defineOperation<string>({
  id: 'ims-token-v3',
  method: 'POST',
  path: '/ims/token/v3',
  origins: ['api'],
  phase: 'token',
  envelope: 'ims',
  gated: false,
  paid: false,
  answers: { 200: TokenResponse },
  read: ({ body, headers, context }) => {
    const { clientId, clientSecret } = context.settings;
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/x-www-form-urlencoded') {
      throw errors.imsError('invalid_request', 'form parameters are required');
    }
    const form = new URLSearchParams(body.toString('utf8'));
    const grant = form.get('grant_type');
    if (grant !== 'client_credentials') {
      throw errors.imsError(
        'unsupported_grant_type',
        `grant_type ${grant === null ? 'is missing' : 'is not supported'}`,
      );
    }
    if (form.get('client_id') !== clientId) throw errors.imsError('invalid_client', 'invalid client_id parameter');
    if (form.get('client_secret') !== clientSecret) {
      throw errors.imsError('invalid_client', 'invalid client_secret parameter');
    }
    return form.get('scope') ?? '';
  },
  handle: (scope, { context }) => {
    const issued = context.tokens.issue(scope);
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      content: { json: { access_token: issued.token, token_type: 'bearer', expires_in: issued.expiresIn } },
    };
  },
});
