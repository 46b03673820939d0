// What can be done with a peer: dial, disconnect, ban, let in again, keep connected or no longer.

import { h } from './dom.js';
import { ask, toast } from './dialogs.js';
import { duration, peerName, shortId, visible } from './format.js';
import { isPeerId, parseEndpoint } from './endpoint.js';

const BANS = [
  ['10 minutes', 600_000],
  ['1 hour', 3_600_000],
  ['1 day', 86_400_000],
  ['30 days', 2_592_000_000],
  ['365 days', 31_536_000_000],
];

export class Actions {
  #api;
  #onChange;
  #openConnect;

  /** @param {{onChange: () => void, openConnect: (endpoint?: string) => void}} options */
  constructor(api, { onChange, openConnect }) {
    this.#api = api;
    this.#onChange = onChange;
    this.#openConnect = openConnect;
  }

  dial(row) {
    this.#openConnect(row.endpoint);
  }

  disconnect(row) {
    ask({
      title: `Disconnect ${peerName(row)}?`,
      text: row.persistent
        ? 'It is one that this node keeps connected: it stays paused until someone connects it again.'
        : 'It may connect again by itself. To keep it out, ban it.',
      action: 'Disconnect',
      danger: true,
      run: async () => {
        await this.#api.post('disconnect', { id: row.id ?? row.key });
        this.#onChange();
        return `${peerName(row)} is disconnected.`;
      },
    });
  }

  ban(row) {
    this.#askBan(`Ban ${peerName(row)}?`, [], () => row.id);
  }

  banById() {
    const input = h('input', { type: 'text', required: true, spellcheck: 'false', autocomplete: 'off', pattern: '[0-9a-f]{64}', maxlength: '64', placeholder: '64 hex digits', name: 'id' });
    this.#askBan('Ban a peer', [h('label.field', {}, h('span', { text: 'Peer id' }), input)], () => {
      const id = input.value.trim().toLowerCase();
      if (!isPeerId(id)) throw new Error('A peer id has 64 hex digits.');
      return id;
    });
  }

  #askBan(title, fields, idOf) {
    const select = h('select', { name: 'ban' }, ...BANS.map(([text, ms]) => h('option', { value: ms, text })));
    select.value = BANS[1][1];
    ask({
      title,
      text: 'The connection is closed, and the peer is refused in both directions. Bans end when the node stops.',
      fields: [...fields, h('label.field', {}, h('span', { text: 'For' }), select)],
      action: 'Ban',
      danger: true,
      run: async () => {
        const id = idOf();
        await this.#api.post('disconnect', { id, ban_ms: Number(select.value) });
        this.#onChange();
        return `${shortId(id)} is banned for ${duration(Number(select.value))}.`;
      },
    });
  }

  async unban(id) {
    await this.#report(async () => {
      await this.#api.delete(`bans/${encodeURIComponent(id)}`);
      return `${shortId(id)} may connect again.`;
    });
  }

  keep() {
    const input = h('input', { type: 'text', required: true, spellcheck: 'false', autocomplete: 'off', maxlength: '400', placeholder: '192.0.2.7:9001', name: 'endpoint' });
    ask({
      title: 'Keep a peer connected',
      text: 'The node dials it now and again whenever the connection is lost, until it stops. What should outlive a restart belongs in P2p:Peers of its settings.',
      fields: [h('label.field', {}, h('span', { text: 'Address' }), input,
        h('small', { text: 'Host and port; add # and an id to accept that peer only.' }))],
      action: 'Keep connected',
      run: async () => {
        const endpoint = parseEndpoint(input.value);
        if (endpoint.error) throw new Error(endpoint.error);
        await this.#api.post('persistent', {
          host: endpoint.host, port: endpoint.port, scheme: endpoint.scheme,
          ...(endpoint.id ? { expected_id: endpoint.id } : {}),
        });
        this.#onChange();
        return `${visible(input.value.trim())} is kept connected.`;
      },
    });
  }

  async stopKeeping(endpoint) {
    await this.#report(async () => {
      await this.#api.delete(`persistent?endpoint=${encodeURIComponent(endpoint)}`);
      return `${visible(endpoint)} is no longer kept connected.`;
    });
  }

  async #report(run) {
    try {
      toast(await run());
    } catch (error) {
      toast(`${error.message} ${error.hint ?? ''}`);
    }
    this.#onChange();
  }
}
