import { generateKeyPairSync, sign } from 'node:crypto';

/** A private key and its certificate, PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/**
 * A self-signed certificate for `names`, created at run time, so that the repository holds no key. X.509 version 3
 * (RFC 5280) with ECDSA on P-256, written in DER by hand: Node can make keys, but no certificates.
 */
export function selfSigned(...names: readonly string[]): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const ecdsaWithSha256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
  const commonName = der(0x31, sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('firefly test'))));
  const issuer = sequence(commonName);
  const altNames = sequence(...names.map((name) => der(0x82, Buffer.from(name))));
  const extension = sequence(Buffer.from('0603551d11', 'hex'), der(0x04, altNames));
  const isAuthority = sequence(Buffer.from('0603551d13', 'hex'), der(0x04, sequence(Buffer.from('0101ff', 'hex'))));
  const body = sequence(
    der(0xa0, integer(2)),
    integer(7),
    ecdsaWithSha256,
    issuer,
    sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('491231235959Z'))),
    issuer,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension, isAuthority)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]));
  const certificate = sequence(body, ecdsaWithSha256, signature);
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.from([value]));
}

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
