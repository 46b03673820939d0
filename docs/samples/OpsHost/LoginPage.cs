namespace OpsHost;

/// <summary>The page to sign in. It sends JSON, which a form elsewhere cannot.</summary>
internal static class LoginPage
{
    public const string Html = """
        <!doctype html><html lang="en"><title>Sign in</title>
        <form id="form">
          <p><label>Name <input id="name" autocomplete="username" autofocus required></label>
          <p><label>Password <input id="password" type="password" autocomplete="current-password" required></label>
          <p><button>Sign in</button> <output id="result"></output>
        </form>
        <script>
          const value = id => document.getElementById(id).value;
          document.getElementById('form').onsubmit = async event => {
            event.preventDefault();
            const answer = await fetch('/login', {
              method: 'POST',
              headers: { 'Content-Type': 'application/json' },
              body: JSON.stringify({ name: value('name'), password: value('password') })
            });
            if (answer.ok) location.href = '/p2p/ui/';
            else document.getElementById('result').textContent = answer.status === 429 ? 'Too many attempts. Wait a minute.' : 'The name or the password is wrong.';
          };
        </script>
        """;
}
