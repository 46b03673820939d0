// What the codes of the control plane mean, in words of the people who run nodes. docs/control-api.md lists the codes.

/** Reasons: what happened, and what can be done about it. */
const REASONS = {
  __proto__: null,
  already_connected: ['Already connected', 'There is a connection to that peer.'],
  in_progress: ['Already being dialled', 'A dial to that endpoint is under way.'],
  backoff: ['Waiting after a failure', 'An earlier dial failed. Wait, or dial now all the same.'],
  self: ['That is this node', 'The address leads back to this node.'],
  peer_limit: ['This node is full', 'It has as many peers as P2p:MaxPeers allows. Disconnect one or raise the setting.'],
  unsupported_scheme: ['Unknown transport', 'This node has no transport of that scheme. Use tcp.'],
  endpoint_denied: ['Address not allowed', 'P2p:DialPolicy of this node refuses the address.'],
  not_running: ['The node is not running', 'It has not been started, or it is stopping.'],
  name_not_found: ['Name not found', 'No DNS answer for that host. Check the spelling.'],
  connection_refused: ['Nobody listens there', 'The machine answers, the port does not. Check the port, and that the other node runs.'],
  connect_timeout: ['No answer', 'The address did not answer in time. It may be down, or a firewall drops the packets.'],
  unreachable: ['No way there', 'The network has no route to that address.'],
  transport_failed: ['The network failed', 'The connection broke in a way that has no name. The log says more.'],
  refused_before_ack: ['Refused without a word', 'The other side closed before it showed itself. The network key, the network name or the version may differ, or it is full.'],
  handshake_timeout: ['The handshake took too long', 'Something accepted the connection and then said nothing. It may not be a node.'],
  handshake_failed: ['The handshake failed', 'What came was malformed or not authentic. It may not be a node, or something in between changed it.'],
  id_mismatch: ['Another peer answered', 'Whoever is there proved another id than the expected one.'],
  rejected_full: ['The other node is full', 'It has no place left. Try again later.'],
  rejected_not_allowed: ['Not let in', 'The other node does not allow this one. Its list of allowed peers may need this id.'],
  rejected_duplicate: ['Already connected', 'The other node has a connection to this one.'],
  rejected_self: ['Same identity', 'The other node has the same key as this one. Give each its own identity file.'],
  rejected_shutting_down: ['The other node is stopping', 'It lets nobody in any more.'],
  rejected_incompatible: ['Incompatible', 'The other node finds this one incompatible. Compare the versions.'],
  rejected_unknown: ['Rejected', 'The other node rejected this one with a code that this version does not know.'],
  not_connected: ['Not connected', 'There is no connection to that peer.'],
  protocol_not_supported: ['Protocol not spoken', 'The peer does not speak that protocol.'],
  message_too_large: ['Message too large', 'It is larger than the peer takes.'],
  send_queue_full: ['Send queue full', 'The peer does not take what is sent fast enough.'],
  send_timeout: ['Sending took too long', 'The peer took nothing for too long.'],
  request_failed: ['Request failed', 'The other side answered with an error.'],
  request_timeout: ['No answer to a request', 'The answer did not come in time.'],
  too_many_streams: ['Too many streams', 'As many streams are open to the peer as the limit allows.'],
  stream_aborted: ['Stream ended early', 'One side ended a stream before its end.'],
  normal: ['Closed by the peer', 'It closed in good order.'],
  requested: ['Disconnected here', 'Someone disconnected it on this side.'],
  shutting_down: ['Stopping', 'One of the two nodes is stopping.'],
  duplicate: ['Duplicate', 'Both sides had dialled; the other connection was kept.'],
  replaced: ['Replaced', 'A newer connection of the same peer took its place.'],
  stale: ['Silent too long', 'Nothing was heard from it, so the connection was closed.'],
  protocol_error: ['Protocol error', 'It sent something that the protocol does not allow.'],
  overload: ['Too slow', 'It did not read, or left something unfinished for too long.'],
  banned: ['Banned', 'The peer is banned here, or has banned this node.'],
  lost: ['Connection lost', 'The connection broke without a goodbye.'],
  not_allowed: ['Not allowed here', 'P2p:AllowedPeers of this node does not have it.'],
  refused_by_gatekeeper: ['Refused by the gatekeeper', 'The program that runs this node decides who may come in, and did not let it in.'],
  cloned_key: ['Cloned identity', 'Two nodes seem to share one key. Give each its own identity file.'],
  cancelled: ['Cancelled', 'Whoever asked gave up.'],
};

/** Errors of the control plane itself. Reasons that it also answers with are above. */
const ERRORS = {
  __proto__: null,
  invalid_json: 'The server could not read what the page sent.',
  invalid_endpoint: 'That is not a host and a port.',
  invalid_query: 'The server could not read the question.',
  unauthorized: 'The API key is missing or wrong.',
  forbidden: 'This server answers callers on its own machine only.',
  forbidden_host: 'This server does not answer under that name.',
  forbidden_origin: 'This server takes no orders from this page.',
  not_found: 'This server has no such route. Its version may be older than this page.',
  peer_not_found: 'The peer is no longer listed.',
  attempt_not_found: 'That dial is so long ago that the node has forgotten it.',
  method_not_allowed: 'The server does not do that here.',
  payload_too_large: 'What the page sent is too large.',
  unsupported_media_type: 'The server could not read what the page sent.',
  rate_limited: 'The server is busy. Try again in a moment.',
  internal_error: 'The server failed. Its log says why.',
  p2p_node_unavailable: 'The node is not running.',
  unreachable_server: 'The server does not answer.',
};

const EVENTS = {
  __proto__: null,
  peer_connecting: 'Dialling',
  peer_connected: 'Connected',
  peer_stale: 'Silent',
  peer_disconnected: 'Disconnected',
  connect_failed: 'Dial failed',
  handshake_failed: 'Handshake failed',
  resync: 'Events missed',
  node_restarted: 'Node restarted',
};

/** States in the order in which lists show them, with what each means. */
export const STATES = {
  Connected: 'Encrypted and alive',
  Stale: 'Silent for a while; it may come back',
  Handshaking: 'Proving who it is',
  Connecting: 'Being dialled',
  Disconnected: 'Will be dialled again',
  Closed: 'Will not be dialled again',
};

/** A code as words, where it has none of its own: some_new_code becomes "some new code". */
function plain(code) {
  const words = String(code).replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A reason in a few words. */
export function reason(code) {
  return REASONS[code]?.[0] ?? plain(code);
}

/** What can be done about a reason, in a sentence; empty where nothing is known of it. */
export function advice(code) {
  return REASONS[code]?.[1] ?? '';
}

/** An error of the control plane in a sentence. */
export function error(code) {
  return ERRORS[code] ?? (REASONS[code] ? `${REASONS[code][0]}. ${REASONS[code][1]}` : `${plain(code)}.`);
}

/** An event in a few words. A peer that was silent and speaks again is an event of the same type. */
export function event(type, row) {
  if (type === 'peer_stale' && row?.state === 'Connected') return 'Speaks again';
  return EVENTS[type] ?? plain(type);
}

/** Why a row is not connected, as one code; undefined where there is nothing to explain. */
export function why(row) {
  if (row.state === 'Connected' || row.state === 'Stale' || row.state === 'Handshaking') return undefined;
  // Someone has paused it: what went wrong before does not matter any more.
  if (row.state === 'Closed' && row.persistent && row.disconnect_reason) return row.disconnect_reason;
  // An error is forgotten with each connection, so one that is there is younger than the end of the last one.
  return row.last_error?.code ?? row.disconnect_reason;
}
