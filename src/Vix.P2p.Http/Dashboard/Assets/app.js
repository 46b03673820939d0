// The page: puts its parts together and hands them what comes from the node.

import { Actions } from './actions.js';
import { EventsView, LogView } from './activity.js';
import { Api } from './api.js';
import { ConnectDialog } from './connect.js';
import { toast } from './dialogs.js';
import { byId, h, setAttribute, setText } from './dom.js';
import { Drawer } from './drawer.js';
import { coarse, duration, shortId, visible } from './format.js';
import { KeyPrompt } from './key.js';
import { BansView, DialsView, PersistentView } from './lists.js';
import { Live } from './live.js';
import { PeerMap } from './map.js';
import { NodeView } from './node.js';
import { PeersView } from './peers.js';
import { Store } from './store.js';
import { TableReader } from './table.js';
import { Tabs } from './tabs.js';
import { Theme } from './theme.js';
import { Tiles } from './tiles.js';

const api = new Api();
const store = new Store();
const key = new KeyPrompt(api);
const table = new TableReader(api, store, { onError: error => error.askForKey && void key.ask() });

const connect = new ConnectDialog(api, { onChange: () => changed(), onOpenPeer: openPeer });
const actions = new Actions(api, { onChange: () => changed(), openConnect: endpoint => connect.open(endpoint) });
const drawer = new Drawer(store, api, { actions, onClose: () => peers.focus() });
const peers = new PeersView(store, { onOpen: openPeer, onConnect: () => connect.open() });
const map = new PeerMap(store, { onOpen: openPeer });
const events = new EventsView(store, { onOpen: openPeer });
const log = new LogView(api, store);
const node = new NodeView(store);
const lists = [
  new DialsView(api, { onConnect: () => connect.open() }),
  new PersistentView(api, { actions, onConnect: endpoint => connect.open(endpoint) }),
  new BansView(api, { actions }),
];
new Tiles(store, byId('tiles'));
new Theme(byId('theme'), { onChange: () => map.recolour() });
byId('open-connect').addEventListener('click', () => connect.open());

new Tabs(byId('tabs'), {
  peers: 'Peers', dials: 'Dials', persistent: 'Persistent', bans: 'Bans', events: 'Events', log: 'Log', node: 'Node',
}, () => {
  peers.draw();
  map.draw();
  events.draw();
  node.draw();
  log.follow();
  refreshLists();
});

addEventListener('keydown', event => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  if (byId('view-peers').hidden || document.querySelector('dialog[open]')) return;
  event.preventDefault();
  byId('search').focus();
});

const live = new Live(api, {
  state: showLink,
  askForKey: () => key.ask(),
  event(event) {
    const now = performance.now();
    if (event.type === 'status') {
      const before = store.status?.instance;
      store.applyStatus(event.status, now);
      showNode(event.status);
      if (before !== event.status.instance) void table.read();
      else table.tick();
      refreshLists();
    } else if (event.type === 'resync') {
      store.note({ ...event, at: event.at ?? new Date().toISOString() });
      void table.read();
    } else {
      store.applyEvent(event, now);
    }
  },
});
async function openPeer(rowKey) {
  // A peer that has just come may not have been read yet.
  if (!store.entries.has(rowKey)) await table.read();
  if (!drawer.open(rowKey)) toast('The node no longer lists that peer.');
}

// Something was done from this page: what it shows of it is read again.
function changed() {
  void table.read();
  refreshLists();
}

function refreshLists() {
  if (document.hidden) return;
  for (const list of lists) void list.refresh();
}

function showNode(status) {
  const name = visible(status.node_id);
  setText(byId('node-name'), name);
  setText(byId('node-line'), [status.id && shortId(status.id), status.running ? `up ${coarse(status.uptime_ms)}` : status.state.toLowerCase()].filter(Boolean).join(' · '));
  setAttribute(byId('node-line'), 'title', status.running ? `Running for ${duration(status.uptime_ms)}` : undefined);
  const title = `${name} · ${status.peers_connected} connected`;
  if (document.title !== title) document.title = title;
  showBanner();
}

let link = { state: 'connecting', error: undefined };

function showLink(state, error) {
  const words = { connecting: 'Connecting', live: 'Live', polling: 'Polling', gone: 'Gone', refused: 'Refused' }[state];
  byId('link').dataset.state = state;
  setText(byId('link-text'), words);
  setAttribute(byId('link'), 'title', state === 'polling' ? 'No event stream can be had, so the page asks every two seconds.' : undefined);
  document.body.classList.toggle('stale', state === 'gone' || state === 'refused');
  if (state === 'gone' && link.state !== 'gone') store.lost();
  link = { state, error };
  showBanner();
}

function showBanner() {
  const { state, error } = link;
  if (state === 'gone') {
    banner('The node is gone.', 'Its server does not answer. What you see is what was last known; this page tries again by itself.', 'Try now', () => live.retry());
  } else if (state === 'refused') {
    banner(error.message, error.hint, error.askForKey ? 'Enter the key' : undefined, () => key.reopen?.());
  } else if (store.status !== undefined && !store.status.running) {
    banner(`The node is ${store.status.state.toLowerCase()}.`, 'The server answers, the node does not run. This page goes on by itself when it does.');
  } else {
    byId('banner').hidden = true;
  }
}

let bannerText = '';

function banner(title, text, action, act) {
  const element = byId('banner');
  // The same words are said once, and a button in it keeps its focus.
  if (!element.hidden && bannerText === title + text) return;
  bannerText = title + text;
  element.replaceChildren(h('strong', { text: title }), h('span', { text }), ...(action ? [h('button', { type: 'button', text: action, onclick: act })] : []));
  element.hidden = false;
}

void live.run();
