namespace Vix.P2p.Http.Tests;

public class SecretsTests
{
    [Test]
    public async Task Key_InAnyAnswerOrLog_IsNeverShown()
    {
        await using ControlApp app = await ControlApp.StartAsync(("P2p:Control:ApiKey", ControlApp.Key));
        StringBuilder seen = new();
        foreach ((string, string)[] caller in ((string, string)[][])[[], [("Authorization", "Bearer " + ControlApp.Key)], [("Authorization", "Bearer " + ControlApp.Key + "x")]])
        {
            foreach (Exception? failure in (Exception?[])[null, new InvalidOperationException("inner")])
            {
                app.Node.Failure = failure;
                foreach (string path in (string[])["/p2p", "/p2p/ping", "/p2p/status", "/p2p/peers", "/p2p/peers/x", "/p2p/nothing", "/p2p/connect"])
                    await AddAsync(await app.GetAsync(path, caller));
                await AddAsync(await app.PostAsync("/p2p/connect", """{"host":"a","port":1}""", caller));
                await AddAsync(await app.PostAsync("/p2p/disconnect", """{"id":"r12"}""", caller));
            }
        }

        string log = string.Join('\n', app.Log.Lines.Select(line => line.Text));
        seen.ToString().Should().NotContain(ControlApp.Key).And.NotContain(Convert.ToBase64String(Encoding.ASCII.GetBytes(ControlApp.Key)));
        log.Should().Contain("/p2p/connect").And.NotContain(ControlApp.Key);

        async Task AddAsync(HttpResponseMessage response) => seen.Append(response.Headers).Append(response.Content.Headers).Append(await response.Content.ReadAsStringAsync());
    }
}
