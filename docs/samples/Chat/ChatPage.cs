namespace Chat;

/// <summary>The page. It writes by textContent alone, so what peers say stays text.</summary>
internal static class ChatPage
{
    public const string Html = """
        <!doctype html><title>Chat</title>
        <ul id="lines"></ul>
        <form id="form"><input id="text" maxlength="500" autofocus autocomplete="off"> <button>Say</button></form>
        <script>
          const lines = document.getElementById('lines'), text = document.getElementById('text');
          async function show() {
            const all = await (await fetch('/messages')).json();
            lines.replaceChildren(...all.map(line => {
              const item = document.createElement('li');
              item.textContent = `${line.name}: ${line.text}`;
              item.title = line.peer_id ?? 'this node';
              return item;
            }));
          }
          document.getElementById('form').onsubmit = async event => {
            event.preventDefault();
            await fetch('/say?text=' + encodeURIComponent(text.value), { method: 'POST' });
            text.value = '';
            show();
          };
          setInterval(show, 1000);
          show();
        </script>
        """;
}
