// Reads what people type, or paste, as an address. Pure.

const ID = /^[0-9a-f]{64}$/;

/**
 * Reads `host:port`, `tcp://host:port`, `[2001:db8::5]:9001` and any of these with `#` and a peer's id.
 * @returns {{scheme: string, host: string, port: number, id?: string} | {error: string}}
 */
export function parseEndpoint(text) {
  let rest = text.trim();
  if (rest === '') return { error: 'Enter an address, such as 192.0.2.7:9001.' };
  let id;
  const hash = rest.indexOf('#');
  if (hash >= 0) {
    id = rest.slice(hash + 1).toLowerCase();
    rest = rest.slice(0, hash);
    if (!ID.test(id)) return { error: 'What follows # is no peer id: it has 64 hex digits.' };
  }
  let scheme = 'tcp';
  const at = rest.indexOf('://');
  if (at >= 0) {
    scheme = rest.slice(0, at).toLowerCase();
    rest = rest.slice(at + 3);
    if (!/^[a-z][a-z0-9+.-]*$/.test(scheme)) return { error: 'The address begins with an unreadable scheme.' };
  }
  const match = /^(?:\[([^\]]+)\]|([^:\s/@?#]+)):(\d{1,5})\/?$/.exec(rest);
  if (match === null) return { error: errorOf(rest) };
  const port = Number(match[3]);
  if (port < 1 || port > 65535) return { error: 'A port is a number from 1 to 65535.' };
  return { scheme, host: match[1] ?? match[2], port, id };
}

function errorOf(text) {
  if (/\s/.test(text)) return 'An address has no spaces.';
  if (/[/@?]/.test(text.replace(/\/$/, ''))) return 'Only a host and a port, without a path or a user.';
  if ((text.match(/:/g) ?? []).length > 1) return 'Write an IPv6 address in brackets: [2001:db8::5]:9001.';
  if (!text.includes(':')) return 'The port is missing: 192.0.2.7:9001.';
  return 'That is no address. It looks like 192.0.2.7:9001 or node.example:9001.';
}

/** Whether a text is a peer's id. */
export function isPeerId(text) {
  return ID.test(text);
}
