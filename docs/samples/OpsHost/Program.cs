using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;
using OpsHost;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
IServiceCollection services = builder.Services;
services.AddP2pNode();
services.AddHealthChecks().AddP2pNode();
services.AddOpenApi();
services.AddSingleton<Accounts>();

// People sign in with a cookie, programs with a token. Whoever sends an Authorization header is a program.
services.AddAuthentication("Either")
    .AddPolicyScheme("Either", displayName: null, options => options.ForwardDefaultSelector = http =>
        http.Request.Headers.ContainsKey("Authorization") ? BearerTokenDefaults.AuthenticationScheme : CookieAuthenticationDefaults.AuthenticationScheme)
    .AddBearerToken(options => options.BearerTokenExpiration = TimeSpan.FromHours(1))
    .AddCookie(options =>
    {
        options.LoginPath = "/login";
        options.Cookie.SameSite = SameSiteMode.Strict;
    });
services.AddAuthorizationBuilder()
    .AddPolicy("viewers", policy => policy.RequireRole(Accounts.Viewer, Accounts.Operator))
    .AddPolicy("operators", policy => policy.RequireRole(Accounts.Operator));

services.AddRateLimiter(options =>
{
    options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
    options.AddPolicy("p2p", http => RateLimitPartition.GetTokenBucketLimiter(http.User.Identity?.Name, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = 40,
        TokensPerPeriod = 10,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
    }));
    // One window for everybody: who guesses passwords changes addresses.
    options.AddFixedWindowLimiter("login", window =>
    {
        window.PermitLimit = 10;
        window.Window = TimeSpan.FromMinutes(1);
    });
});

// The proxy in front, on this machine, says who called. Name it in KnownProxies where it is elsewhere.
services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost);

WebApplication app = builder.Build();
app.UseForwardedHeaders();
app.UseAuthentication();
app.UseAuthorization();
app.UseRateLimiter();

app.MapP2pControl()
    .RequireAuthorization("viewers")                         // all routes and the dashboard, from anywhere
    .Protected(p => p.RequireAuthorization("operators"))     // what changes something, or tells how the node is run
    .Heavy(h => h.RequireRateLimiting("p2p"))                // what costs
    .Health(h => h.AllowAnonymous());                        // {"ok":true}, for a load balancer
app.MapHealthChecks("/healthz");
app.MapOpenApi().RequireAuthorization("viewers");

app.MapGet("/", () => TypedResults.Redirect("/p2p/ui/")).RequireAuthorization("viewers");
app.MapGet("/login", () => TypedResults.Content(LoginPage.Html, "text/html; charset=utf-8"));
// The body is JSON, which a form on another site cannot send.
app.MapPost("/login", Results<SignInHttpResult, UnauthorizedHttpResult> (Credentials credentials, Accounts accounts, bool? token) =>
        accounts.Find(credentials) is { } user
            ? TypedResults.SignIn(user, authenticationScheme: token == true ? BearerTokenDefaults.AuthenticationScheme : CookieAuthenticationDefaults.AuthenticationScheme)
            : TypedResults.Unauthorized())
    .RequireRateLimiting("login");
app.MapPost("/logout", async (HttpContext http) =>
{
    await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    return TypedResults.NoContent();
});

app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<Accounts>().Print(Console.Out, app.Urls.First()));
await app.RunAsync();
